import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";

/** An application, a process of its own: clients that read and change the latest sessions, with a rest after each operation. Prints their 99th percentile, ms. */
const [, , databaseUrl = "", latest = "", operations = ""] = process.argv;
const clients = 4;
const restMs = 4;

const pool = new pg.Pool({ connectionString: databaseUrl, max: clients, application_name: "shop" });
const times: number[] = [];

async function client(place: number, wanted: number): Promise<void> {
  for (let operation = 0; operation < wanted; operation += 1) {
    const id = Number(latest) - ((operation * 7_919 + place * 101) % 50_000);
    const began = performance.now();
    if (operation % 4 === 0) await pool.query("update study_sessions set notes = 'seen' where id = $1", [id]);
    else await pool.query("select * from study_sessions where id = $1", [id]);
    times.push(performance.now() - began);
    await pause(restMs);
  }
}

const all = (wanted: number) => Promise.all(Array.from({ length: clients }, (_, place) => client(place, wanted)));
await all(100);
times.length = 0;
process.stdout.write("warm\n");
await all(Number(operations) / clients);
await pool.end();
process.stdout.write(`${times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]}\n`);
