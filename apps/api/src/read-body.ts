import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { problems } from "./http-problem.ts";

const mebibyte = 1_048_576;
const jsonType = /^application\/json\s*(?:;|$)/i;
const charsetOf = /;\s*charset\s*=\s*"?([^";\s]*)/i;
const inflaters = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** Whether a request comes with a body, empty ones not counted. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** The bytes of a JSON body. Throws a 413 if there are more than `mebibytes`, also after inflating, and a 415 for what is no JSON in UTF-8. */
export async function readBody(request: IncomingMessage, mebibytes: number): Promise<Buffer> {
  const most = mebibytes * mebibyte;
  const { "content-type": type = "", "content-encoding": encoding = "identity", "content-length": length } = request.headers;
  if (!jsonType.test(type)) throw problems.unsupportedMedia("send Content-Type: application/json");
  const charset = charsetOf.exec(type)?.[1] ?? "utf-8";
  if (!/^utf-?8$/i.test(charset)) throw problems.unsupportedMedia(`the charset ${charset} is not read here: send UTF-8`);
  if (Number(length) > most) throw tooLarge(mebibytes);
  return collect(inflated(request, encoding.toLowerCase()), most, mebibytes);
}

function inflated(request: IncomingMessage, encoding: string): Readable {
  if (encoding === "identity") return request;
  if (!Object.hasOwn(inflaters, encoding))
    throw problems.unsupportedMedia(`the encoding ${encoding} is not read here: send ${Object.keys(inflaters).join(", ")} or none`);
  const inflater = inflaters[encoding as keyof typeof inflaters]();
  request.on("error", (error) => inflater.destroy(error));
  return request.pipe(inflater);
}

function collect(stream: Readable, most: number, mebibytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else stop(tooLarge(mebibytes));
  });
  stream.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
  stream.on("error", (cause) => stop(problems.badRequest("bad_request", "the body can't be read", undefined, cause)));
  stream.on("aborted", () => stop(problems.badRequest("bad_request", "the body ended too early")));
  const stop = (problem: Error) => {
    chunks.length = 0;
    stream.removeAllListeners("data");
    stream.resume();
    reject(problem);
  };
  return promise;
}

const tooLarge = (mebibytes: number) => problems.tooLarge(`the body is larger than ${mebibytes} MiB`);
