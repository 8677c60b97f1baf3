import { rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { ask } from "../test/ask.ts";
import { untilGone } from "../test/until-gone.ts";
import { startPostgres } from "./postgres.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const dir = join(temporaryFolder(), "postgres");
const start = () => startPostgres({ dir, throwaway: true });

beforeAll(async () => {
  await using postgres = await start();
  await ask(postgres.url, "create table kept as select 42 as answer");
});

test("a second start finds what the first one was told", async () => {
  await using postgres = await start();
  expect(await ask(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
});

test("it is PostgreSQL 18 in UTF-8 and UTC, and counts statements", async () => {
  await using postgres = await start();
  const settings =
    "select current_setting('server_encoding') encoding, current_setting('timezone') tz, current_setting('server_version_num')::int / 10000 as version";
  expect(await ask(postgres.url, settings)).toEqual([{ encoding: "UTF8", tz: "UTC", version: 18 }]);
  await ask(postgres.url, "create extension if not exists pg_stat_statements");
  expect(await ask(postgres.url, "select count(*) > 0 as counts from pg_stat_statements")).toEqual([{ counts: true }]);
});

test("it asks for the password", async () => {
  await using postgres = await start();
  const url = new URL(postgres.url);
  url.password = "wrong";
  await expect(ask(url.href, "select 1")).rejects.toThrow(/password authentication failed/);
});

test("killed under load, it starts again on its port with its data", async () => {
  await using postgres = await start();
  const clients = await Promise.all(Array.from({ length: 10 }, () => connect(postgres.url)));
  const cut = clients.map((client) => client.query("select pg_sleep(100)").catch((error: Error) => error));
  await postgres.kill("SIGKILL");
  await Promise.all(cut);
  await postgres.restart();
  expect(await ask(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
});

test("paused, it can still be stopped", async () => {
  const postgres = await start();
  await postgres.kill("SIGSTOP");
  await postgres[Symbol.asyncDispose]();
  await untilGone([postgres.pid]);
});

test("a folder whose starter is alive is refused", async () => {
  await using _running = await start();
  await expect(start()).rejects.toThrow(`in use by process ${process.pid}`);
});

test("a server that a dead process left running is stopped first", async () => {
  await using left = await start();
  const { pid } = left;
  rmSync(join(dir, "caretaker-owner"));
  await using postgres = await start();
  await untilGone([pid]);
  expect(await ask(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}
