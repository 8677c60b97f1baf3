import { definePort } from "@caretaker/queue";
import type { Messages } from "./messages.ts";

/** Publishing, for handlers: the engine gives this port its service. */
export const publisher = definePort<Messages["publish"], Record<never, never>>({
  name: "publisher",
  env: {},
  create() {
    throw new Error("the engine gives this port its service");
  },
});
