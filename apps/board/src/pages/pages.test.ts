import { expect, test } from "vitest";
import { messagePage } from "./message-page.ts";
import { signInPage } from "./sign-in-page.ts";
import { signOutPage } from "./sign-out-page.ts";

const hostile = `"><script>alert('x')</script>&`;

test.each([
  signInPage({ next: hostile, name: hostile, message: hostile }),
  signOutPage({ name: hostile, role: "viewer", secret: "hunter2" }),
  messagePage(hostile, hostile),
])("text from outside stays text", (page) => {
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("<script");
  expect(page).not.toContain("hunter2");
});
