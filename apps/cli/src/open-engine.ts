import { createDomains } from "@caretaker/domains";
import { type CheckName, createEngine, type Engine, requireChecks } from "@caretaker/engine";
import { engineOptions } from "@caretaker/service";
import { readEnv } from "./env.ts";

/** The engine of one command. Throws `CannotStart`, which says what to do, if one of the conditions it needs does not hold. */
export async function openEngine(needed: readonly CheckName[]): Promise<Engine> {
  const env = readEnv();
  const engine = createEngine({ ...engineOptions(env), domains: createDomains(env), role: "producer" });
  try {
    await requireChecks(engine, needed);
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}
