import { setTimeout as pause } from "node:timers/promises";
import { CaretakerError } from "@caretaker/contracts";
import type { Logger } from "@caretaker/service";
import type { Check, CheckName } from "./checks.ts";
import type { Engine } from "./engine.ts";

/** A condition under which starting makes no sense; the message says what to do. */
class CannotStart extends CaretakerError {
  override readonly code = "CANNOT_START";
}

const told = ({ name, detail, advice }: Check) => `${name}: ${detail}${advice ? `. What to do: ${advice}` : ""}`;

/**
 * Looks at what the engine needs before a process starts. Throws `CannotStart` for what only a changed setting mends;
 * what may come back by itself is logged with what to do about it. Resolves to whether everything is there.
 */
export async function checkStartConditions(engine: Engine, log: Logger): Promise<boolean> {
  const checks = await engine.check();
  const fatal = checks.filter(({ state }) => state === "fatal");
  if (fatal.length > 0) throw new CannotStart(fatal.map(told).join("\n"));
  for (const check of checks.filter(({ state }) => state === "failed")) log.error(told(check));
  for (const check of checks.filter(({ state }) => state === "warning")) log.warn(told(check));
  return checks.every(({ state }) => state !== "failed");
}

/**
 * Throws `CannotStart` unless the named conditions hold: for commands, which wait for nothing. What does not hold is looked at
 * once more, since a server that is there but busy may miss the second that it has to answer.
 */
export async function requireChecks(engine: Engine, names: readonly CheckName[]): Promise<void> {
  const lookForWrong = async () =>
    (await engine.check()).filter(({ name, state }) => names.includes(name) && (state === "failed" || state === "fatal"));
  if ((await lookForWrong()).length === 0) return;
  const wrong = await lookForWrong();
  if (wrong.length > 0) throw new CannotStart(wrong.map(told).join("\n"));
}

/** Waits until everything that the engine needs is there, or `signal` fires; says once what is missing. Throws as `checkStartConditions`. */
export async function untilReady(engine: Engine, log: Logger, signal: AbortSignal): Promise<void> {
  if (await checkStartConditions(engine, log)) return;
  log.info("waiting for what is missing");
  while (!signal.aborted) {
    await pause(1_000, undefined, { signal }).catch(() => {}); // it only rejects when it is told to stop
    const checks = await engine.check();
    if (checks.every(({ state }) => state === "ok" || state === "warning")) return;
  }
}
