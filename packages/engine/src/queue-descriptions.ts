import type { QueueName } from "@caretaker/contracts";
import type { Domain } from "./domain.ts";
import { shortName } from "./entry-name.ts";

interface Description {
  /** What is done in the queue. */
  readonly about: string;
  /** To what of a domain. */
  readonly names: (domain: Domain) => readonly string[];
}

const inDomain = (domain: Domain, name: string) => name.slice(domain.name.length + 1);

const descriptions: Readonly<Record<QueueName, Description>> = {
  warmup: {
    about: "Loads values from PostgreSQL and writes them to the cache before they are asked for",
    names: ({ entries }) => entries.map(shortName),
  },
  cleanup: { about: "Takes rows that can't be true out of the tables, into quarantine", names: ({ cleanup }) => namesOf(cleanup?.rules) },
  archive: { about: "Moves old rows to archive tables, and deletes those that are too old", names: ({ archive }) => namesOf(archive) },
  analytics: { about: "Adds rows up into daily numbers", names: ({ rollups }) => namesOf(rollups) },
  messages: {
    about: "Sends mail, makes images and reports, and delivers messages to those who subscribed",
    names: (domain) =>
      [...(domain.jobs ?? []).filter(({ queue }) => queue === "messages"), ...(domain.subscriptions ?? [])].map(({ name }) => inDomain(domain, name)),
  },
};

const namesOf = (facts: readonly { readonly name: string }[] = []) => facts.map(({ name }) => name);

/** What is done in each queue, in a sentence for operators, and to what of each domain: `… · schools: all, stats · stocks: quote`. */
export function describeQueues(domains: readonly Domain[]): Record<QueueName, string> {
  const described = Object.entries(descriptions).map(([queue, { about, names }]) => {
    const parts = domains.map((domain) => ({ domain: domain.name, names: names(domain) })).filter((part) => part.names.length > 0);
    return [queue, [about, ...parts.map((part) => `${part.domain}: ${part.names.join(", ")}`)].join(" · ")];
  });
  return Object.fromEntries(described);
}
