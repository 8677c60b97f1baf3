import { expect, test } from "vitest";
import { testEngine } from "./test-engine.ts";

const changes = ["visits", "members"].map((source) => ({ source, tags: (id: string) => [`${source}:${id}`] }));

test("tables whose changes are wanted and not captured are named, and triggers that are gone or disabled", async () => {
  await using all = await testEngine({ changes });
  await all.query("create table visits (id int); create table members (id int)");
  await all.query("select capture_changes('members', subject => 'id', events => array['insert', 'delete'])");
  expect(await all.engine.checkCapture()).toMatchObject({ name: "changes", state: "failed", detail: "changes of visits are not captured" });
  await all.query("select capture_changes('visits', subject => 'id')");
  expect(await all.engine.checkCapture()).toMatchObject({ state: "ok" });
  await all.query("alter table visits disable trigger caretaker_update; drop trigger caretaker_delete on members");
  const found = await all.engine.checkCapture();
  expect(found.detail).toBe(
    "the trigger caretaker_delete of members is gone or disabled; the trigger caretaker_update of visits is gone or disabled",
  );
  expect(found.advice).toMatch(/^call capture_changes for members, visits as/);
});
