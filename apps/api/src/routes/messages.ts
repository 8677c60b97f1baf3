import { publication, publishing, subscriptionList } from "@caretaker/contracts";
import type { Admission, Engine } from "@caretaker/engine";
import { defineRoute, type Route } from "../route.ts";

/** Messages that are routed by topic, and who subscribed. */
export const messageRoutes = (engine: Engine, admission: Admission): Route[] => [
  defineRoute({
    operationId: "publishMessage",
    ...{ method: "post", path: "/v1/messages", scope: "jobs:write" },
    summary: "Hands a message to every subscription to its topic; resolves to the job of each",
    body: publishing,
    answers: { 202: { about: "all who take it are sure to get it", schema: publication } },
    problems: [409, 413, 415, 422],
    example: { body: { topic: "nobody.home", message: { text: "Good morning" }, delay: "1h" } },
    async handle({ body, once }) {
      const published = await once(async (id) => {
        await admission.check("messages", 1);
        return engine.messages.publish({ ...body, id: body.id ?? id });
      });
      return { status: 202, body: published };
    },
  }),
  defineRoute({
    operationId: "listSubscriptions",
    ...{ method: "get", path: "/v1/subscriptions", scope: "queues:read" },
    summary: "Who gets messages of which topics, and how many each took and refused",
    answers: { 200: { about: "the subscriptions", schema: subscriptionList } },
    async handle() {
      return { status: 200, body: await engine.messages.subscriptions() };
    },
  }),
];
