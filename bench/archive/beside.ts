import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inTurn } from "../measure.ts";
import { asOfFor, type SessionsLab } from "./sessions-lab.ts";

const operations = 2_000;
const application = fileURLToPath(new URL("./application.ts", import.meta.url));

/** The p99 of an application's point reads and writes, alone and with an archive run beside it, in turn. */
export async function besideArchive(lab: SessionsLab, runs: number): Promise<{ alone: number; beside: number }> {
  const { rows } = await lab.engine.db.pool.query<{ id: number }>("select max(id)::float8 as id from study_sessions");
  const latest = rows[0]?.id ?? 0;
  return inTurn(
    {
      alone: () => p99(lab.databaseUrl, latest, async () => {}),
      beside: () => p99(lab.databaseUrl, latest, () => lab.run("archive", { policies: ["study-sessions"], asOf: asOfFor(lab.nextCutoff(20_000)) })),
    },
    runs,
  );
}

/** The application's 99th percentile, ms, while `meanwhile` is under way. */
async function p99(databaseUrl: string, latest: number, meanwhile: () => Promise<unknown>): Promise<number> {
  const child = spawn(process.execPath, [application, databaseUrl, String(latest), String(operations)], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  const [{ value }] = await Promise.all([lines.next(), meanwhile()]);
  return Number(value);
}
