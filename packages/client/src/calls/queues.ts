import type { DeadLetter, DeadLetterFilter, QueueName, QueueView } from "@caretaker/contracts";
import type { Call, Transport } from "../transport.ts";
