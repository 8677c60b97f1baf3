import { testEngine } from "./test-engine.ts";

export type Stack = Awaited<ReturnType<typeof testEngine>>;

export const hourly = { name: "hourly", queue: "warmup", when: { every: "1h" }, payload: {} } as const;
export const id = "test.hourly";

/** A stack whose schedule `test.hourly` is declared. */
export async function scheduled(schedule: object = {}, more: Parameters<typeof testEngine>[0] = {}): Promise<Stack> {
  const stack = await testEngine({ ...more, schedules: [{ ...hourly, ...schedule }] });
  await stack.engine.schedules.declare();
  return stack;
}

/** Has slots come due as if nobody had been there for so long. */
export const awayFor = (stack: Stack, interval: string) =>
  stack.query(`update schedules set next_at = date_bin('1 hour', now() - $1::interval, 'epoch') + interval '1 hour'`, [interval]);

/** The ids of the jobs that slots have brought into the queue. */
export const jobIds = async ({ engine }: Stack) =>
  (await engine.queues.warmup.getJobs(["waiting", "active", "completed", "failed"])).map((job) => job.id).sort();
