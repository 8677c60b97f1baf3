import { fork } from "node:child_process";
import { on, once } from "node:events";
import { fileURLToPath } from "node:url";

/** Runs a program of this folder as a process of its own, which gets `orders` as JSON; it is killed when it is disposed of. */
export function forkProgram(name: string, orders: object) {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), [JSON.stringify(orders)], { serialization: "advanced" });
  const exited = once(child, "exit");
  const messages = on(child, "message", { close: ["exit"] });
  return {
    tell: (message: string) => void child.send(message),
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    pid: child.pid as number,
    exited,
    /** The next thing that it says. Throws if it ends without a word. */
    async next(): Promise<unknown> {
      const { done, value } = await messages.next();
      if (done) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}`);
      return value[0];
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
