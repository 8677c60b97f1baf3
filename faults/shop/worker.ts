import { openShopEngine } from "./open-engine.ts";

/** Hands jobs over and runs them until it is killed. */
const engine = openShopEngine();
engine.events.on("connection", () => {});
engine.relay();
const host = engine.work({ name: `shop-${process.pid}`, concurrency: new Map([["messages", 10]]) });
host.events.on("error", () => {});
host.start();
