import { startServer } from "../src/server-process.ts";

/** Waits for ever for a server that only writes its process id into a file. */
const program = `require("node:fs").writeFileSync(${JSON.stringify(process.argv[2])}, String(process.pid)); setInterval(() => {}, 1e6)`;
await startServer({ command: process.execPath, args: ["-e", program], ready: /never/, stopSignal: "SIGTERM" });
