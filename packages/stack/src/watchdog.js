// Outlives the process that starts it, by seconds: when that one is gone, however it went, what it started is stopped,
// programs before the servers they use, and its throwaway folders removed. Plain JavaScript in one file, so that nothing
// can keep it from starting.
import { readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";

const watched = new Map();
const folders = new Set();
const graceMs = 10_000;
const lastWaitMs = 2_000;

const orders = {
  watch: ({ pid, ...how }) => watched.set(pid, how),
  forget: ({ pid }) => watched.delete(pid),
  remove: ({ dir }) => folders.add(dir),
};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  orders[order.do](order);
}

for (const kind of ["program", "server"]) {
  const left = [...watched].filter(([, how]) => how.kind === kind);
  for (const [pid, { signal }] of left) {
    send(pid, signal);
    send(pid, "SIGCONT");
  }
  const pids = left.map(([pid]) => pid);
  if (await areGone(pids, graceMs)) continue;
  for (const pid of pids) send(pid, "SIGKILL");
  await areGone(pids, lastWaitMs);
}
for (const dir of folders) rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

async function areGone(pids, waitMs) {
  for (const deadline = Date.now() + waitMs; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (!pids.some(isRunning)) return true;
  }
  return false;
}

/** A container's first process may never collect the dead: what is only waiting for that does not run. */
function isRunning(pid) {
  if (!send(pid, 0)) return false;
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}

function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
