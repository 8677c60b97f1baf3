import { createEngine } from "@caretaker/engine";
import { createDomains } from "../src/index.ts";

/** A process that reads one quote again and again, and tells its parent the price and when it asked. */
const [databaseUrl = "", redisUrl = "", cachePrefix = ""] = process.argv.slice(2);
const engine = createEngine({
  domains: createDomains(),
  database: { url: databaseUrl },
  queueRedisUrl: redisUrl,
  cacheRedisUrl: redisUrl,
  queuePrefix: "{readers}",
  cachePrefix,
  role: "producer",
});
const quote = engine.domains.flatMap(({ entries }) => entries).find(({ name }) => name === "stocks.quote");
if (!quote) throw new Error("there is no quote");
process.on("disconnect", () => process.exit());
for (;;) {
  const at = Date.now();
  const { value, source } = await engine.cache.get(quote, { code: "TICK" });
  process.send?.({ at, price: (value as { price: number }).price, source });
  await new Promise((next) => setTimeout(next, 20));
}
