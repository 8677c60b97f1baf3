import { once } from "node:events";
import { createServer } from "node:net";
import { freePort, startRedis, temporaryFolder } from "@caretaker/stack";
import { expect, test } from "vitest";
import { spawnBoard } from "./spawn-board.ts";
import { createVisitor } from "./visitor.ts";

const answerWithinMs = 1_500;

/** Calls `request` and resolves to its answer's status, and to whether it came in time. */
async function timed(request: () => Promise<Response>) {
  const began = performance.now();
  const { status } = await request();
  return { status, inTime: performance.now() - began < answerWithinMs };
}

/** Repeats `request` until its answer has this status. */
async function untilStatus(status: number, request: () => Promise<Response>): Promise<void> {
  while ((await request()).status !== status);
}

test("without users it ends, naming the setting and showing an example", async () => {
  await using board = spawnBoard({ REDIS_URL: "redis://127.0.0.1:1", BOARD_USERS: "" });
  const { code, output } = await board.exited;
  expect([code, output]).toEqual([1, expect.stringContaining("BOARD_USERS=anna:operator:")]);
});

test("with a wrong Redis password it ends, saying where to correct it", async () => {
  await using redis = await startRedis({ dir: temporaryFolder(), password: "right" });
  for (const url of [redis.url.replace("right", "wrong"), redis.url.replace(":right@", "")]) {
    await using board = spawnBoard({ REDIS_URL: url });
    const { code, output } = await board.exited;
    expect([code, output]).toEqual([1, expect.stringMatching(/REDIS_REFUSED: .*QUEUE_REDIS_URL/)]);
    expect(output).not.toContain("wrong@");
  }
});

test("with its port taken it ends, naming the setting", async () => {
  await using redis = await startRedis({ dir: temporaryFolder() });
  await using other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  await using board = spawnBoard({ REDIS_URL: redis.url, BOARD_PORT: `${port}` });
  const { code, output } = await board.exited;
  expect([code, output]).toEqual([1, expect.stringMatching(/PORT_TAKEN: .*BOARD_PORT/)]);
});

test("started before Redis, it says what to do, answers 503 in time and works once Redis is there", async () => {
  const port = await freePort();
  await using board = spawnBoard({ REDIS_URL: `redis://127.0.0.1:${port}` });
  await board.printed(/no connection to Redis, trying again: .*QUEUE_REDIS_URL/);
  const anna = await createVisitor(await board.url()).signIn("anna", "s3cret:with:colons");
  expect(await timed(() => anna.get("/api/queues"))).toEqual({ status: 503, inTime: true });
  const page = await anna.page("/queue/warmup");
  expect([page.status, await page.text()]).toEqual([503, expect.stringContaining("Redis does not answer")]);

  await using redis = await startRedis({ dir: temporaryFolder(), port });
  expect(redis.pid).toBeGreaterThan(0);
  await board.printed(/Redis answers again/);
  expect((await anna.get("/api/queues")).status).toBe(200);
});

test.each(["SIGKILL", "SIGSTOP"] as const)("it outlives a Redis that gets %s, with an answer in time and two lines in its log", async (signal) => {
  await using redis = await startRedis({ dir: temporaryFolder() });
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => redis.kill("SIGCONT")); // stopped, it could not end
  await using board = spawnBoard({ REDIS_URL: redis.url });
  const anna = await createVisitor(await board.url()).signIn("anna", "s3cret:with:colons");
  await redis.kill(signal);
  const answers = await Promise.all(Array.from({ length: 50 }, () => timed(() => anna.get("/api/queues?activeQueue=warmup"))));
  expect(answers).toEqual(answers.map(() => ({ status: 503, inTime: true })));
  expect((await anna.get("/static/favicon.ico")).status).toBe(200);
  expect((await anna.get("/healthz")).status).toBe(200);

  await (signal === "SIGKILL" ? redis.restart() : redis.kill("SIGCONT"));
  await untilStatus(200, () => anna.get("/api/queues"));
  process.kill(board.pid, "SIGTERM");
  const { code, output } = await board.exited;
  expect(code).toBe(0);
  expect(output.match(/no connection to Redis|Redis answers again/g)).toEqual(["no connection to Redis", "Redis answers again"]);
  expect(output).not.toContain("s3cret");
});
