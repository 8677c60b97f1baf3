import type { RequestHandler } from "express";
import { problems } from "../http-problem.ts";

/** Refuses a method that a route does not take, naming those it takes. */
export const onlyMethods =
  (...methods: string[]): RequestHandler =>
  () => {
    throw problems.methodNotAllowed(methods.join(", "));
  };
