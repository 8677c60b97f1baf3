import { publishing } from "@caretaker/contracts";
import { defineJob, publisher } from "@caretaker/engine";
import { addressedTo } from "../job-payload.ts";

/** `messaging.publish-message`: publishes a message, for schedules and for clients that know jobs only. It is published under the job's id. */
export const publishMessage = defineJob({
  name: "messaging.publish-message",
  queue: "messages",
  schema: publishing.omit({ id: true }).extend(addressedTo("publish-message")),
  retry: { attempts: 4, backoff: "1s" },
  timeout: "30s",
  deduplicate: false,
  handler: ({ id, data: { domain: _domain, job: _job, ...message }, use }) =>
    use(publisher)({ ...message, id: id.replaceAll(/[^\w.-]/g, "_").slice(-64) }),
});
