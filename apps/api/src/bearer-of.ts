import type { IncomingMessage } from "node:http";
import { problems } from "./http-problem.ts";

const form = /^Bearer +(ck_[\w-]{43}) *$/i;

/** The key that a request was sent with. Throws a 401 unless there is exactly one, in the form that keys have. */
export function bearerOf({ headers, rawHeaders }: IncomingMessage): string {
  if (headers.authorization === undefined) throw problems.unauthorized("send a key: Authorization: Bearer …");
  if (countOf(rawHeaders, "authorization") > 1) throw problems.unauthorized("send one Authorization header");
  const key = form.exec(headers.authorization)?.[1];
  if (!key) throw problems.unauthorized("this is no key: send Authorization: Bearer ck_…");
  return key;
}

/** How often a header was sent; of some, Node keeps only the first. */
function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index] as string;
    if (header.length === name.length && header.toLowerCase() === name) count += 1;
  }
  return count;
}
