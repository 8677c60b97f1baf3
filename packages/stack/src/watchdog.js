// Outlives the process that starts it, by seconds: when that one is gone, however it went, the servers it started are
// stopped and its throwaway folders removed. Plain JavaScript in one file, so that nothing can keep it from starting.
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";

const servers = new Map();
const folders = new Set();
const graceMs = 10_000;

const orders = {
  watch: ({ pid, signal }) => servers.set(pid, signal),
  forget: ({ pid }) => servers.delete(pid),
  remove: ({ dir }) => folders.add(dir),
};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  orders[order.do](order);
}

const send = (pid, signal) => {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};

for (const [pid, signal] of servers) send(pid, signal);
const deadline = Date.now() + graceMs;
while ([...servers.keys()].some((pid) => send(pid, 0))) {
  if (Date.now() > deadline) for (const pid of servers.keys()) send(pid, "SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, 50));
}
for (const dir of folders) rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
