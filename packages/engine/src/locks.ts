import type { Cache } from "@caretaker/cache";
import { definePort } from "@caretaker/queue";
import type { LoadContext } from "./domain.ts";

/** The cache kit's locks by name, for handlers, in common with all services that use it: the engine gives this port its service. */
export const locks = definePort<Cache<LoadContext>["lock"], Record<never, never>>({
  name: "locks",
  env: {},
  create() {
    throw new Error("the engine gives this port its service");
  },
});
