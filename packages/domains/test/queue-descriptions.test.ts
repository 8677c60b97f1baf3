import { describeQueues, shortName } from "@caretaker/engine";
import { expect, test } from "vitest";
import { createDomains } from "../src/index.ts";

test("the descriptions of the queues name what is done to what of every domain", () => {
  const descriptions: Record<string, string> = describeQueues(createDomains());
  for (const { name: domain, entries, cleanup, archive = [], rollups = [] } of createDomains()) {
    if (entries.length > 0) expect(descriptions.warmup).toContain(`${domain}: ${entries.map(shortName).join(", ")}`);
    for (const [queue, facts] of Object.entries({ cleanup: cleanup?.rules ?? [], archive, analytics: rollups }))
      if (facts.length > 0) expect(descriptions[queue]).toContain(`${domain}: ${facts.map(({ name }) => name).join(", ")}`);
  }
  expect(descriptions.messages).toContain("messaging: send-email, ");
});
