import { startChild, startPostgres, startRedis } from "../src/index.ts";

/** Starts one of each in a folder, says their process ids and waits to be killed. */
const [dir = ""] = process.argv.slice(2);
const postgres = await startPostgres({ dir: `${dir}/postgres`, throwaway: true });
const redis = await startRedis();
const child = startChild(["-e", "setInterval(() => {}, 1e6)"], {}, "ignore");
process.stdout.write(`${JSON.stringify([postgres.pid, redis.pid, child.pid])}\n`);
setInterval(() => {}, 1e6);
