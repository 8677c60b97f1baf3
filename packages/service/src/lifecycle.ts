import { once } from "node:events";
import type { Server } from "node:http";
import { CaretakerError } from "@caretaker/contracts";
import { startedByNpm } from "./env.ts";

/** Resolves when the process is asked to end (SIGTERM, SIGINT, or npm that started it is gone); asked again, it ends at once. */
export function shutdownSignal(): Promise<string> {
  return new Promise((resolve) => {
    const parent = process.ppid;
    const orphaned = startedByNpm() ? setInterval(() => process.ppid !== parent && stop("SIGTERM"), 500).unref() : undefined;
    let asked = false;
    const stop = (signal: string) => {
      clearInterval(orphaned);
      if (asked) process.exit(130);
      asked = true;
      resolve(signal);
    };
    process.on("SIGTERM", stop).on("SIGINT", stop);
  });
}

/** Runs a program; what it can't go on from is printed as one message that says what to do, and it exits with 1. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

const explain = (error: unknown) =>
  error instanceof CaretakerError ? `${error.code}: ${error.message}` : error instanceof Error ? error.stack : String(error);

/** The port is taken; says by which setting another one is chosen. */
export class PortTaken extends CaretakerError {
  override readonly code = "PORT_TAKEN";
}

/** Makes a server listen; resolves to its port. Throws `PortTaken` if something else listens there. */
export async function listen(server: Server, { port, host, setting }: { port: number; host: string; setting: string }): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new PortTaken(`port ${port} on ${host} is taken: stop what listens there, or choose another one with ${setting}=…`, { cause: error });
  }
  return (server.address() as { port: number }).port;
}
