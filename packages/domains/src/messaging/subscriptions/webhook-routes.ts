import { defineSubscription, type Message, type Subscription } from "@caretaker/engine";
import { z } from "zod";
import { type WebhookRoute, webhookSender } from "../webhooks/webhook-sender.ts";
import { userType } from "./user-type.ts";

const text = (most: number) => z.string().min(1).max(most);
const isUrgent = ({ priority }: Pick<Message<unknown>, "priority">) => priority !== "normal";

const post =
  (route: WebhookRoute): Subscription["handler"] =>
  ({ id, topic, content }, { use, signal }) =>
    use(webhookSender).send(route, { id, topic, content }, { signal });

/** `user.sms`: each costs money, so it is for what can't wait and for those who pay. */
export const sms = defineSubscription({
  name: "messaging.sms",
  pattern: "user.sms",
  schema: z.strictObject({ to: z.e164(), text: text(1_600), userType }),
  filter: ({ priority, content }) => isUrgent({ priority }) || content.userType !== "regular",
  handler: post("sms"),
});

/** `user.push`: a notice on a user's device. */
export const push = defineSubscription({
  name: "messaging.push",
  pattern: "user.push",
  schema: z.strictObject({ device: text(500), title: text(200), text: text(2_000), userType }),
  handler: post("push"),
});

/** `admin.alert`: wakes somebody, so it is for what can't wait. */
export const admin = defineSubscription({
  name: "messaging.admin",
  pattern: "admin.alert",
  schema: z.strictObject({ title: text(200), text: text(10_000) }),
  filter: isUrgent,
  handler: post("admin"),
});

/** What nobody else wants: kept in its job for a while, counted, and looked at by operators. */
export const rest = defineSubscription({
  name: "messaging.default",
  schema: z.unknown(),
  handler: async ({ topic }) => ({ topic, note: "no subscription wanted it" }),
});
