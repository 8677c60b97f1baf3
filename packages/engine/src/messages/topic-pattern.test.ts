import { topic } from "@caretaker/contracts";
import { expect, test } from "vitest";
import { topicMatcher } from "./topic-pattern.ts";

test.each([
  ["user.email", ["user.email"], ["user.sms", "user.email.now", "user", "xuser.email", "userXemail"]],
  ["user.*", ["user.email", "user.sms"], ["user", "user.email.now", "admin.alert"]],
  ["*.alert", ["admin.alert", "user.alert"], ["alert", "admin.alert.now"]],
  ["admin.>", ["admin.alert", "admin.alert.disk.full"], ["admin", "user.alert"]],
  ["user.*.>", ["user.7.email", "user.7.email.now"], ["user.7"]],
  [">", ["user", "user.email.now"], []],
])("%s stands for what it says", (pattern, fitting, others) => {
  const fits = topicMatcher(pattern);
  expect(fitting.filter(fits)).toEqual(fitting);
  expect(others.filter(fits)).toEqual([]);
});

test.each(["", "user.", ".user", "user..email", "user.>.email", "user.e*", "us er", "user.>>"])("%o is no pattern", (pattern) => {
  expect(() => topicMatcher(pattern)).toThrow("no pattern");
});

test.each(["", "user.", "user.*", "user.>", "user email", "user:email", "a".repeat(201), "user.\n"])("%o is no topic", (text) => {
  expect(topic.safeParse(text).success).toBe(false);
});
