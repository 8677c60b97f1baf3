import type { Domain } from "@caretaker/engine";
import { caretaker } from "./caretaker/index.ts";
import { createCheckins } from "./checkins/index.ts";
import { createLearning } from "./learning/index.ts";
import { type LearningSettings, learningSettings } from "./learning/settings.ts";
import { createMessaging, type MessagingSettings, messagingSettings } from "./messaging/index.ts";
import { createSchools } from "./schools/index.ts";
import { createStocks } from "./stocks/index.ts";
import { type StocksSettings, stocksSettings } from "./stocks/settings.ts";

export { fillDemo } from "./learning/demo.ts";

/** Settings that domains have, beside those that every process reads. */
export const domainSettings = { ...learningSettings, ...messagingSettings, ...stocksSettings };
export type DomainSettings = LearningSettings & MessagingSettings & StocksSettings;

/** All domains of this installation: a new one is its folder and a line here. */
export const createDomains = (settings: DomainSettings = {}): readonly Domain[] => [
  createLearning(settings),
  createSchools(),
  createStocks(settings),
  createCheckins(),
  createMessaging(settings),
  caretaker,
];
