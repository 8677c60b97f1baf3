import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { CaretakerError } from "@caretaker/contracts";
import { type Child, freePort, type Stack, startChild, workerFlags } from "@caretaker/stack";
import type { Receiver } from "./receiver.ts";
import { untilAnswering } from "./until-answering.ts";

/** One of the fleet's processes ended while it was starting; what it printed says why. */
class ProcessEnded extends CaretakerError {
  override readonly code = "PROCESS_ENDED";
}

export interface Fleet extends AsyncDisposable {
  readonly apiUrl: string;
  readonly boardUrl: string;
  /** One of each role, named for it. */
  readonly boardUsers: readonly { role: string; secret: string }[];
  /** Resolves when one of its processes has ended. */
  readonly ended: Promise<string>;
}

const program = (app: string) => fileURLToPath(new URL(`../../${app}/src/main.ts`, import.meta.url));

/** Starts api, two workers and board over a stack, and resolves when all of them answer. */
export async function startFleet(stack: Stack, ports: { api: number; board: number; worker: number }, receiver: Receiver): Promise<Fleet> {
  await using started = new AsyncDisposableStack();
  const boardUsers = ["operator", "viewer"].map((role) => ({ role, secret: randomBytes(9).toString("base64url") }));
  const common = { DATABASE_URL: stack.databaseUrl, QUEUE_REDIS_URL: stack.redisUrl, CACHE_REDIS_URL: stack.redisUrl, LOG_LEVEL: "warn" };
  const run = (app: string, name: string, settings: Record<string, string>) => {
    const child = started.use(startChild([...(app === "worker" ? workerFlags : []), program(app)], { ...common, ...settings }));
    return { name, child };
  };
  const webhook = { ADMIN_WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: receiver.secret };
  const secondPort = await freePort();
  const processes = [
    run("api", "api", { API_PORT: String(ports.api) }),
    run("worker", "worker 1", { WORKER_PORT: String(ports.worker), WORKER_NAME: "worker-1", ...webhook }),
    run("worker", "worker 2", { WORKER_PORT: String(secondPort), WORKER_NAME: "worker-2", ...webhook }),
    run("board", "board", {
      BOARD_PORT: String(ports.board),
      BOARD_USERS: boardUsers.map(({ role, secret }) => `${role}:${role}:${secret}`).join(","),
    }),
  ];
  const ended = Promise.race(processes.map(({ name, child }) => endOf(name, child)));
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const answering = Promise.all([
    untilAnswering(`${url(ports.api)}/readyz`),
    untilAnswering(`${url(ports.worker)}/readyz`),
    untilAnswering(`${url(secondPort)}/readyz`),
    untilAnswering(`${url(ports.board)}/healthz`),
  ]);
  const name = await Promise.race([answering.then(() => undefined), ended]);
  if (name) throw new ProcessEnded(`${name} has ended while it was starting; see above why`);
  const children = started.move();
  return { apiUrl: url(ports.api), boardUrl: url(ports.board), boardUsers, ended, [Symbol.asyncDispose]: () => children.disposeAsync() };
}

async function endOf(name: string, child: Child): Promise<string> {
  await child.exited;
  return name;
}
