import { buffer } from "node:stream/consumers";
import { type S3Server, startS3, temporaryFolder } from "@caretaker/stack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { fileStore } from "../src/files/file-store.ts";

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3?.[Symbol.asyncDispose]());

const open = (settings: z.input<z.ZodObject<typeof fileStore.env>>) => fileStore.create(z.object(fileStore.env).parse(settings));
const places = {
  "a folder": () => open({ REPORTS_DIR: `${temporaryFolder()}/new` }),
  "a bucket": () => open({ REPORTS_S3_URL: `${s3.url}/folder of ours/` }),
};

for (const [place, openPlace] of Object.entries(places)) {
  test(`a file is read from ${place} as it was written, and the later one of a name counts`, async () => {
    const files = openPlace();
    const [first, second] = [Buffer.alloc(300_000, "a"), Buffer.from("b\0c")];
    for (const bytes of [first, second]) {
      expect(await files.write("report-1.pdf", bytes)).toBe("/v1/reports/report-1.pdf");
      const read = await files.read("report-1.pdf");
      expect(read?.bytes).toBe(bytes.length);
      expect(read && (await buffer(read.content)).equals(bytes)).toBe(true);
    }
    expect(await files.read("report-2.pdf")).toBeUndefined();
  });

  test(`no file is stored in ${place} or read from it under a name that leads elsewhere`, async () => {
    const files = openPlace();
    for (const name of ["../a.pdf", "/etc/passwd", "a/b.pdf", ".part", "a.pdf/..", "A.pdf", "a.pdf?acl", `${"a".repeat(200)}.pdf`]) {
      await expect(files.write(name, Buffer.from("x"))).rejects.toThrow("no name for a file");
      expect(await files.read(name)).toBeUndefined();
    }
  });

  test(`a write to ${place} that is told to stop stops`, async () => {
    await expect(openPlace().write("report-3.pdf", Buffer.from("x"), { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  });
}

test("a bucket that will never take a file says so for good, and one that is not there for now", async () => {
  const bytes = Buffer.from("x");
  const wrongKey = open({ REPORTS_S3_URL: s3.url.replace("//S3RVER:", "//unknown:") });
  await expect(wrongKey.write("a.pdf", bytes)).rejects.toMatchObject({
    code: "PERMANENT_FAILURE",
    message: expect.stringContaining("403 InvalidAccessKeyId"),
  });
  await expect(wrongKey.read("a.pdf")).rejects.toMatchObject({ code: "FILES_UNAVAILABLE" });
  const noBucket = open({ REPORTS_S3_URL: s3.url.replace(/\w+$/, "elsewhere") });
  await expect(noBucket.write("a.pdf", bytes)).rejects.toMatchObject({
    code: "PERMANENT_FAILURE",
    message: expect.stringContaining("404 NoSuchBucket"),
  });
  await expect(noBucket.read("a.pdf")).rejects.toMatchObject({ code: "FILES_UNAVAILABLE" });
});

test("a bucket's server that is away makes a write fail for now, and takes it when it is back", async () => {
  await using own = await startS3();
  const files = open({ REPORTS_S3_URL: own.url });
  await own.kill("SIGKILL");
  await expect(files.write("a.pdf", Buffer.from("x"))).rejects.toMatchObject({ code: "FILES_UNAVAILABLE" });
  await expect(files.read("a.pdf")).rejects.toMatchObject({ code: "FILES_UNAVAILABLE" });
  await own.restart();
  await files.write("a.pdf", Buffer.from("x"));
  expect((await files.read("a.pdf"))?.bytes).toBe(1);
});

test("secrets are written as URLs write them, and what is no address of a bucket is refused", () => {
  const isValid = (url: string) => fileStore.env.REPORTS_S3_URL.safeParse(url).success;
  expect(isValid("https://AKIA1:a%2Fb%2Bc@s3.eu-central-1.amazonaws.com/bucket")).toBe(true);
  for (const url of ["https://AKIA1:a/b+c@host/bucket", "https://host/bucket", "https://a:b@host", "ftp://a:b@host/c", "https://a:b@host/c?d"]) {
    expect(isValid(url)).toBe(false);
  }
});
