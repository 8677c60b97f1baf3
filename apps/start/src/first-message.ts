import type { Receiver } from "./receiver.ts";

const alert = { topic: "admin.alert", message: { title: "Caretaker is up", text: "The demo has started." }, priority: "urgent" };

/** Publishes a message over HTTP and waits for its webhook; resolves to the time between, ms. */
export async function firstMessage(apiUrl: string, key: string, receiver: Receiver): Promise<number> {
  const delivered = receiver.next();
  const began = performance.now();
  const answer = await fetch(`${apiUrl}/v1/messages`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify(alert),
  });
  if (!answer.ok) throw new Error(`publishing was answered with ${answer.status}: ${await answer.text()}`);
  await delivered;
  return performance.now() - began;
}
