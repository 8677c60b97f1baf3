import type { QueueName } from "@caretaker/contracts";

/** What is done in each queue, in a sentence for operators. */
export const queueDescriptions: Readonly<Record<QueueName, string>> = {
  warmup: "Loads values from PostgreSQL and writes them to the cache before they are asked for",
  cleanup: "Takes rows that can't be true out of the tables, into quarantine",
  archive: "Moves old rows to archive tables, and deletes those that are too old",
  analytics: "Adds rows up into daily numbers",
  messages: "Sends mail, makes images and reports, and delivers messages to those who subscribed",
};
