import { warmupPayload } from "@caretaker/contracts";
import { Queue } from "bullmq";
import express from "express";
import { Redis } from "ioredis";
import { z } from "zod";

/** What one writes first: a route that checks with zod and adds with BullMQ, and one that sends a constant. */
const [, , port = "", redisUrl = "", constant = ""] = process.argv;
const queue = new Queue("warmup", { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }), prefix: "{bare}" });
const payload = warmupPayload.extend({ domain: z.literal("learning") });

const app = express();
app.post("/jobs", express.json(), async (request, response) => {
  const parsed = payload.safeParse(request.body);
  if (!parsed.success) return void response.status(422).json({ errors: parsed.error.issues });
  const job = await queue.add("learning.warmup", parsed.data);
  response.status(202).json({ id: job.id });
});
app.get("/constant", (_request, response) => {
  response.type("json").send(constant);
});
app.listen(Number(port), "127.0.0.1");
