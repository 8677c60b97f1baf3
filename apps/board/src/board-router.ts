import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { MetricsHistoryProvider, UIConfig } from "@bull-board/api/typings/app";
import { ExpressAdapter } from "@bull-board/express";
import { type QueueName, queueName } from "@caretaker/contracts";
import { type createQueues, type Domain, describeQueues } from "@caretaker/engine";
import type { Express } from "express";

const fonts = { "font-sans": 'system-ui, -apple-system, "Segoe UI", sans-serif', "font-mono": "ui-monospace, SFMono-Regular, Menlo, monospace" };

const uiConfig: UIConfig = {
  boardTitle: "Caretaker",
  showMetrics: true,
  hideDocsLink: true,
  miscLinks: [{ text: "Sign out", url: "/sign-out" }],
  theme: { light: fonts, dark: fonts },
};

const marked: UIConfig = { ...uiConfig, environment: { label: "Read only", color: "#5f6b76", textColor: "#fff" } };

interface BoardFacts {
  /** What the queues' descriptions are about. */
  readonly domains: readonly Domain[];
  readonly readOnlyMode: boolean;
  readonly historyProvider: MetricsHistoryProvider;
}

/** Bull Board over all queues; read-only, it shows no button that changes anything. Its errors are the caller's to answer. */
export function createBoardRouter(queues: ReturnType<typeof createQueues>, { domains, readOnlyMode, historyProvider }: BoardFacts): Express {
  const descriptions = describeQueues(domains);
  const adapterOf = (name: QueueName) => new BullMQAdapter(queues[name], { readOnlyMode, description: descriptions[name] });
  const serverAdapter = new ExpressAdapter();
  createBullBoard({
    serverAdapter,
    queues: queueName.options.map(adapterOf),
    options: { uiConfig: readOnlyMode ? marked : uiConfig, historyProvider },
  });
  serverAdapter.setErrorHandler(passOn);
  return (serverAdapter.getRouter() as Express).disable("x-powered-by");
}

const passOn = (error: Error): never => {
  throw error;
};
