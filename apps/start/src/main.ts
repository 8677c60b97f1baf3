import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "@caretaker/service";
import { startStack, untilStopped } from "@caretaker/stack";
import { prepareDemo } from "./demo-data.ts";
import { readEnv } from "./env.ts";
import { firstMessage } from "./first-message.ts";
import { firstWarmup } from "./first-warmup.ts";
import { startFleet } from "./fleet.ts";
import { readOverview } from "./overview.ts";
import { startReceiver } from "./receiver.ts";
import { report } from "./report.ts";
import { timedRead } from "./timed-read.ts";

const usage = `npm start [-- --exit]

Starts everything on this machine with demo data and goes on serving until Ctrl-C. With --exit it ends after its report.
`;
const dataDir = fileURLToPath(new URL("../../../.data", import.meta.url));
const [coldUser, warmUser] = [7, 8];
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Before it serves, a stop ends this process at once: whatever it has started so far is stopped with it. */
let serving = false;

async function start(stopped: Promise<void>): Promise<void> {
  const env = readEnv();
  const began = performance.now();
  mkdirSync(dataDir, { recursive: true });
  say("starting PostgreSQL and Redis");
  await using stack = await startStack({ dataDir });
  say("migrating and filling the demo database");
  const demo = await prepareDemo(stack, join(dataDir, "demo-key"));
  say("starting api, two workers and board");
  await using receiver = await startReceiver();
  await using fleet = await startFleet(stack, { api: env.API_PORT, board: env.BOARD_PORT, worker: env.WORKER_PORT }, receiver);
  const startSeconds = (performance.now() - began) / 1_000;
  say("warming all users");
  const cold = await timedRead(fleet.apiUrl, demo.key, coldUser, { cold: true });
  const warmup = await firstWarmup(stack);
  const warm = await timedRead(fleet.apiUrl, demo.key, warmUser, { cold: false });
  const again = await timedRead(fleet.apiUrl, demo.key, warmUser, { cold: false });
  const messageMs = await firstMessage(fleet.apiUrl, demo.key, receiver);
  const overview = await readOverview(fleet.apiUrl, demo.key);
  process.stdout.write(`\n${report({ demo, fleet, warmup, cold, warm, again, messageMs, overview, startSeconds })}\n`);
  if (process.argv.includes("--exit")) return;

  serving = true;
  say("serving until Ctrl-C");
  const ended = await Promise.race([stopped.then(() => undefined), fleet.ended]);
  if (ended) throw new Error(`${ended} has ended; see above why`);
  say("stopping");
}

if (process.argv.includes("--help")) process.stdout.write(usage);
else {
  const stopped = untilStopped();
  void stopped.then(() => serving || process.exit(130));
  await runProgram(() => start(stopped));
}
process.exit();
