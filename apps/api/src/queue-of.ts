import { type QueueName, queueName } from "@caretaker/contracts";
import { problems } from "./http-problem.ts";

/** The queue of a path. Throws a 404 that names those there are. */
export function queueOf(name: string): QueueName {
  const parsed = queueName.safeParse(name);
  if (!parsed.success) throw problems.notFound(`there is no queue ${name}; known: ${queueName.options.join(", ")}`);
  return parsed.data;
}
