import express, { type RequestHandler } from "express";
import { problems } from "../http-problem.ts";

const parse = express.json({ limit: "1mb", strict: false });

/** Reads a JSON body of at most 1 MiB; what is no JSON object is refused with the reason. */
export const jsonBody: RequestHandler[] = [
  (request, _response, next) => {
    if (!request.is("application/json")) {
      throw hasBody(request.headers)
        ? problems.unsupportedMedia("send Content-Type: application/json")
        : problems.badRequest("body_required", "send a JSON body");
    }
    next();
  },
  parse,
  (request, _response, next) => {
    const { body } = request;
    if (body === undefined) throw problems.badRequest("body_required", "send a JSON body");
    if (typeof body !== "object" || body === null) throw problems.badRequest("invalid_json", "the body must be a JSON object");
    next();
  },
];

const hasBody = (headers: NodeJS.Dict<string | string[]>) => headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
