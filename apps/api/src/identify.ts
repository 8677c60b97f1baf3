import { type ApiKey, type Db, findApiKey } from "@caretaker/engine";
import { LRUCache } from "lru-cache";
import { problems } from "./http-problem.ts";

/** How long a key that was looked up is taken for what it was, ms: a revoked key is refused after this long. */
const trustMs = 4_000;
/** While PostgreSQL does not answer nothing can be revoked, and keys that were good stand for so long, ms. */
const trustWithoutDatabaseMs = 600_000;
const answerWithinMs = 500;

interface Finding {
  readonly key: ApiKey | undefined;
  readonly at: number;
}

/** Finds a key by its text. */
export type Identify = (text: string) => ApiKey | Promise<ApiKey>;

/** Looks keys up in PostgreSQL, and remembers for seconds what it found. Throws a 401 for one that is unknown, revoked or expired. */
export function createIdentify(db: Db): Identify {
  const known = new LRUCache<string, Finding>({
    max: 10_000,
    ttl: trustMs,
    allowStaleOnFetchRejection: true,
    noDeleteOnFetchRejection: true,
    fetchMethod: async (text) => ({ key: await inTime(findApiKey(db, text)), at: Date.now() }),
  });
  return (text) => {
    const finding = known.get(text);
    return finding ? usable(finding) : known.fetch(text, { allowStale: true }).then(usable);
  };
}

function usable(finding: Finding | undefined): ApiKey {
  if (!finding || Date.now() - finding.at > trustWithoutDatabaseMs) throw awayProblem();
  const { key } = finding;
  if (!key || (key.expiresAt && key.expiresAt.getTime() <= Date.now())) throw problems.unauthorized("this key is unknown, revoked or expired");
  return key;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(awayProblem()), answerWithinMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const awayProblem = () => problems.unavailable("unavailable", "keys can't be looked up now; try again");
