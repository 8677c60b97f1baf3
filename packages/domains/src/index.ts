import type { Domain } from "@caretaker/engine";
import { createLearning } from "./learning/index.ts";
import { type LearningSettings, learningSettings } from "./learning/settings.ts";
import { createMessaging, type MessagingSettings, messagingSettings } from "./messaging/index.ts";
import { createSchools } from "./schools/index.ts";

export { fillDemo } from "./learning/demo.ts";

/** Settings that domains have, beside those that every process reads. */
export const domainSettings = { ...learningSettings, ...messagingSettings };
export type DomainSettings = LearningSettings & MessagingSettings;

/** All domains of this installation: a new one is its folder and a line here. */
export const createDomains = (settings: DomainSettings = {}): readonly Domain[] => [
  createLearning(settings),
  createSchools(),
  createMessaging(settings),
];
