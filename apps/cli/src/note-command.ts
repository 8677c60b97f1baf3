import { userInfo } from "node:os";
import { createAuditLog, createDb } from "@caretaker/engine";
import { databaseOptions } from "@caretaker/service";
import type { Command } from "commander";
import { readEnv } from "./env.ts";

/** The commands that change nothing; any other one is noted. */
const readOnly = new Set([
  ...["completion", "doctor", "jobs failed", "jobs get", "jobs watch", "keys list", "messages subscriptions", "queues list", "runs list"],
  ...["schedules fires", "schedules list", "schedules preview", "schedules show"],
]);

/** Writes a command that changes something into `audit_log`, with its arguments and how it ended; says so if that can't be done. */
export async function noteCommand(command: Command, status: number): Promise<void> {
  const route = pathOf(command);
  if (readOnly.has(route)) return;
  const env = readSettings();
  if (!env) return;
  await using db = createDb({ ...databaseOptions(env), poolSize: 1 });
  await using audit = createAuditLog(db);
  audit.note({ who: userInfo().username, role: "cli", method: "RUN", route, params: paramsOf(command), status });
  await audit.flush().catch((error: Error) => process.stderr.write(`not in audit_log: ${error.message}\n`));
}

/** The settings; with wrong ones the command itself has failed, and has said why. */
function readSettings(): ReturnType<typeof readEnv> | undefined {
  try {
    return readEnv();
  } catch {
    return undefined;
  }
}

const pathOf = (command: Command): string => (command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name());

/** Messages and payloads are not told: they may hold what is nobody's business. */
const isTold = (value: unknown) => value !== undefined && (typeof value !== "object" || Array.isArray(value));

function paramsOf(command: Command): Record<string, unknown> {
  const { json: _json, wait: _wait, ...options } = command.opts();
  const named = command.registeredArguments.map((argument, index) => [argument.name(), command.processedArgs[index]]);
  return Object.fromEntries([...named, ...Object.entries(options)].filter(([, value]) => isTold(value)));
}
