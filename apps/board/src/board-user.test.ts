import { expect, test } from "vitest";
import { type BoardUser, findUser } from "./board-user.ts";

const anna: BoardUser = { name: "anna", role: "operator", secret: "s3cret" };

test("a user is found by name and secret, and by nothing less", () => {
  expect(findUser([anna], "anna", "s3cret")).toBe(anna);
  expect(findUser([anna], "anna", "S3cret")).toBeUndefined();
  expect(findUser([anna], "ben", "s3cret")).toBeUndefined();
  expect(findUser([anna], "ben", "")).toBeUndefined();
});
