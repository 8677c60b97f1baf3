import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { inTurn } from "../measure.ts";
import { asOfFor, type SessionsLab } from "./sessions-lab.ts";

const clients = 4;
const operations = 1_500;
const restMs = 4;

/** The p99 of an application's point reads and writes, alone and with an archive run beside it, in turn. */
export async function besideArchive(lab: SessionsLab, runs: number): Promise<{ alone: number; beside: number }> {
  const pool = new pg.Pool({ connectionString: lab.databaseUrl, max: clients, application_name: "shop" });
  const [row] = (await pool.query<{ id: number }>("select max(id)::float8 as id from study_sessions")).rows;
  const latest = row?.id ?? 0;
  const figures = await inTurn(
    {
      alone: () => p99(pool, latest),
      beside: async () => {
        const cutoff = lab.nextCutoff(20_000);
        const { id } = await lab.engine.enqueue("archive", {
          domain: "learning",
          policies: ["study-sessions"],
          asOf: asOfFor(cutoff),
          batchSize: 1_000,
        });
        const figure = await p99(pool, latest);
        await lab.engine.followJob("archive", id, { signal: AbortSignal.timeout(600_000) });
        return figure;
      },
    },
    runs,
  );
  await pool.end();
  return figures;
}

/** Clients that read and change the latest sessions, with a rest after each operation; their 99th percentile, ms. */
async function p99(pool: pg.Pool, latest: number): Promise<number> {
  const times: number[] = [];
  const client = async (place: number) => {
    for (let operation = 0; operation < operations / clients; operation += 1) {
      const id = latest - ((operation * 7_919 + place * 101) % 50_000);
      const began = performance.now();
      if (operation % 4 === 0) await pool.query("update study_sessions set notes = 'seen' where id = $1", [id]);
      else await pool.query("select * from study_sessions where id = $1", [id]);
      times.push(performance.now() - began);
      await pause(restMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, place) => client(place)));
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
}
