import { type ApiKey, type Db, findApiKey } from "@caretaker/engine";
import { LRUCache } from "lru-cache";
import { problems } from "./http-problem.ts";

/** How long a key that was looked up is taken for what it was, ms: a revoked key is refused after this long. */
const trustMs = 4_000;
/** While PostgreSQL does not answer nothing can be revoked, and keys that were good stand for so long, ms; but for those that expire. */
const trustWithoutDatabaseMs = 600_000;
const answerWithinMs = 500;
const mostKeys = 10_000;

interface Finding {
  readonly key: ApiKey | undefined;
  /** When PostgreSQL said so. */
  readonly at: number;
  readonly askAgainAt: number;
}

/** Finds a key by its text. */
export type Identify = (text: string) => ApiKey | Promise<ApiKey>;

/** Looks keys up in PostgreSQL, and remembers for seconds what it found. Throws a 401 for one that is unknown, revoked or expired. */
export function createIdentify(db: Db, clock = Date.now): Identify {
  const known = new LRUCache<string, Finding>({ max: mostKeys });
  const asking = new Map<string, Promise<Finding>>();

  async function ask(text: string): Promise<Finding> {
    const now = clock();
    const askAgainAt = now + trustMs;
    try {
      return { key: await inTime(findApiKey(db, text)), at: now, askAgainAt };
    } catch (error) {
      const last = known.get(text);
      if (!last || now - last.at > trustWithoutDatabaseMs) throw error;
      return { ...last, askAgainAt };
    }
  }

  async function askOnce(text: string): Promise<Finding> {
    const asked = asking.get(text) ?? ask(text).finally(() => asking.delete(text));
    asking.set(text, asked);
    const finding = await asked;
    known.set(text, finding);
    return finding;
  }

  const usable = ({ key }: Finding): ApiKey => {
    if (key && !(key.expiresAt && key.expiresAt.getTime() <= clock())) return key;
    throw problems.unauthorized("this key is unknown, revoked or expired");
  };

  return (text) => {
    const finding = known.get(text);
    return finding && clock() < finding.askAgainAt ? usable(finding) : askOnce(text).then(usable);
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(problems.unavailable("unavailable", "keys can't be looked up now; try again")), answerWithinMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
