import { fork } from "node:child_process";
import { on, once } from "node:events";
import { fileURLToPath } from "node:url";

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** A real SMTP server in a process of its own; see `smtp-process.ts` for whom it takes mail. */
export async function startSmtpServer() {
  const child = fork(fileURLToPath(new URL("smtp-process.ts", import.meta.url)));
  const messages = on(child, "message", { close: ["exit"] });
  const [{ port }] = (await messages.next()).value ?? [];
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** The next mail that it takes. */
    async next(): Promise<ReceivedMail> {
      const { value } = await messages.next();
      return value?.[0];
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
