import { createEngine, type Engine } from "@caretaker/engine";
import { engineOptions, engineSettings, parseEnv } from "@caretaker/service";
import { shopDomain } from "./shop-domain.ts";

/** The shop's engine, with the settings of the environment or those given. */
export function openShopEngine(settings?: NodeJS.ProcessEnv): Engine {
  const domains = [shopDomain(() => engine)];
  const engine: Engine = createEngine({ ...engineOptions(parseEnv(engineSettings, settings)), domains, role: "worker" });
  return engine;
}
