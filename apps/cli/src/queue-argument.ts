import { queueName } from "@caretaker/contracts";
import { Argument } from "commander";

/** The queue that a command is about. */
export const queueArgument = (): Argument => new Argument("<queue>", "the queue").choices(queueName.options);
