import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import { type createQueues, queueDescriptions } from "@caretaker/engine";
import type { RequestHandler } from "express";

/** Bull Board over all queues; read-only, it shows no button that changes anything and answers such calls with 405. */
export function createBoardRouter(queues: ReturnType<typeof createQueues>, readOnlyMode: boolean): RequestHandler {
  const serverAdapter = new ExpressAdapter().setBasePath("");
  createBullBoard({
    serverAdapter,
    queues: Object.values(queues).map((queue) => {
      const description = queueDescriptions[queue.name as keyof typeof queueDescriptions];
      return new BullMQAdapter(queue, { readOnlyMode, description });
    }),
    options: {
      uiConfig: { boardTitle: "Caretaker", showMetrics: true, hideDocsLink: true, miscLinks: [{ text: "Sign out", url: "/sign-out" }] },
    },
  });
  return serverAdapter.getRouter();
}
