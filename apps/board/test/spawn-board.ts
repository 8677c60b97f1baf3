import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** What every board of the tests is started with; a port of 0 takes a free one, and PostgreSQL is away. */
const common = {
  DATABASE_URL: "postgres://caretaker:caretaker@127.0.0.1:1/caretaker",
  BOARD_PORT: "0",
  BOARD_USERS: "anna:operator:s3cret:with:colons,ben:viewer:only-looking",
};

export interface BoardProcess extends AsyncDisposable {
  readonly pid: number;
  /** Its exit code, and all that it printed, when it is gone. */
  readonly exited: Promise<{ code: number | null; output: string }>;
  /** Resolves to a match in what it has printed or will print. Throws if it ends without one. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Where it listens. */
  url(): Promise<string>;
}

/** Starts a board as a process of its own, with these settings and nothing else from the environment. */
export function spawnBoard(settings: Readonly<Record<string, string>>): BoardProcess {
  const child = spawn(process.execPath, [main], { env: { ...common, ...settings }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      child.emit("printed");
    });
  }
  const exited = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
  const board: BoardProcess = {
    pid: child.pid as number,
    exited,
    async printed(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        if (child.exitCode !== null) throw new Error(`the board ended with ${child.exitCode}:\n${output}`);
        await Promise.race([once(child, "printed"), exited]);
      }
    },
    url: async () => (await board.printed(/board on (http:[^"]+)/))[1] as string,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
    },
  };
  return board;
}
