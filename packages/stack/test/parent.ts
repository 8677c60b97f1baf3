import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs `npm run stack` as npm does, with its own stdout. */
spawn(process.execPath, [fileURLToPath(new URL("../src/main.ts", import.meta.url)), "--temporary"], { stdio: ["ignore", "inherit", "inherit"] });
