import { expect, test } from "vitest";
import { RespWriter } from "./resp-writer.ts";

const written = (write: (writer: RespWriter) => void) => {
  const writer = new RespWriter();
  write(writer);
  return writer.bytes.toString();
};

test("an argument is told in bytes, whatever its characters", () => {
  expect(written((writer) => writer.argument("abc"))).toBe("$3\r\nabc\r\n");
  expect(written((writer) => writer.argument(""))).toBe("$0\r\n\r\n");
  expect(written((writer) => writer.argument("naïve ", "日本 🙂"))).toBe("$18\r\nnaïve 日本 🙂\r\n");
});

test("the buffer grows and is used again", () => {
  const writer = new RespWriter();
  const long = "é".repeat(100_000);
  writer.argument("first");
  writer.argument(long);
  expect(writer.bytes.toString()).toBe(`$5\r\nfirst\r\n$200000\r\n${long}\r\n`);
  writer.clear();
  writer.line("*1");
  writer.raw(Buffer.from("$1\r\nx\r\n"));
  expect(writer.bytes.toString()).toBe("*1\r\n$1\r\nx\r\n");
});
