import type { createQueueRedis } from "@caretaker/engine";
import type { RequestHandler } from "express";
import { problems } from "../board-problem.ts";
import type { OutageLog } from "../outage-log.ts";

/** Answers 503 in place of pages and data while Redis is away; static files go out all the same. */
export const requireRedis =
  (redis: ReturnType<typeof createQueueRedis>, outage: OutageLog): RequestHandler =>
  async (request, _response, next) => {
    if (request.path.startsWith("/static/")) return next();
    try {
      await redis.ping();
    } catch (error) {
      outage.began(error);
      throw problems.unavailable(error);
    }
    outage.ended();
    next();
  };
