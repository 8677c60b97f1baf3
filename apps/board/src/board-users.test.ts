import { expect, test } from "vitest";
import { boardUsers } from "./board-users.ts";

test("a list of users is read, colons in a secret included", () => {
  expect(boardUsers.parse("anna:operator:s3cret:with:colons, ben:viewer:look")).toEqual([
    { name: "anna", role: "operator", secret: "s3cret:with:colons" },
    { name: "ben", role: "viewer", secret: "look" },
  ]);
});

test.each([
  ["anna:boss:hunter2", "entry 1 is not name:role:secret"],
  ["anna:operator:", "entry 1 is not name:role:secret"],
  ["ben:viewer:look,hunter2", "entry 2 is not name:role:secret"],
  ["ben:viewer:look,", "entry 2 is not name:role:secret"],
  ["ben:viewer:look,ben:operator:hunter2", "a name is given twice"],
])("%s is refused without showing a secret", (text, reason) => {
  const message = boardUsers.safeParse(text).error?.message ?? "";
  expect(message).toContain(reason);
  expect(message).not.toContain("hunter2");
});

test("without a list, the message shows how to write one", () => {
  expect(boardUsers.safeParse(undefined).error?.message).toContain("BOARD_USERS=anna:operator:");
});
