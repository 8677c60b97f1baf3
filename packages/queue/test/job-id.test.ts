import { chosenId, isJobId, queueName } from "@caretaker/contracts";
import { QueueKeys } from "bullmq";
import { expect, test } from "vitest";

test("nobody can choose an id under which a queue keeps something else", () => {
  const names = Object.keys(new QueueKeys("x").getKeys(queueName.options[0] as string)).filter((name) => name !== "");
  expect(names).toContain("meta");
  for (const name of names) expect([name, chosenId.safeParse(name).success, isJobId(name)]).toEqual([name, false, false]);
});

test("jobs of schedulers are found by their ids, and what belongs to a job or to a queue is none", () => {
  expect(["mine-1", "42", "repeat:learning.nightly:1767225600000"].filter(isJobId)).toHaveLength(3);
  expect(["42:logs", "metrics:completed", "repeat:learning.nightly", "places-learning"].filter(isJobId)).toEqual([]);
});
