import { jobOptions, type QueueName } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { z } from "zod";

/** What a queue takes: for each domain its payload, with options of the job beside it. */
export function describeJob(engine: Engine, queue: QueueName): object {
  const opts = z.toJSONSchema(jobOptions, { io: "input", unrepresentable: "any" });
  const described = engine.payloadSchemas(queue).map(({ schema }) => {
    const { $schema: _, ...payload } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    return { ...payload, properties: { ...payload.properties, opts } };
  });
  return described.length === 1 ? (described[0] as object) : { oneOf: described };
}
