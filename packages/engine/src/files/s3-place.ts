import { hash } from "node:crypto";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { PermanentFailure } from "@caretaker/queue";
import { AwsClient } from "aws4fetch";
import { type FilePlace, FilesUnavailable, type StoredFile } from "./file-place.ts";

/** How long a bucket's server may take to store a file, or to begin to send one. */
const answerWithinMs = 30_000;

/** Whether a text says where a bucket is and who may use it: `https://KEY_ID:SECRET@host/bucket/folder`. */
export function isS3Url(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash: fragment } = new URL(text);
  return /^https?:$/.test(protocol) && username !== "" && password !== "" && pathname.length > 1 && search + fragment === "";
}

/** Files in a bucket of S3, or of what speaks its language, below the path of `address`; the region is the one that the host names unless given. */
export function createS3Place(address: string, region?: string): FilePlace {
  const { username, password, origin, pathname } = new URL(address);
  const keys = { accessKeyId: decodeURIComponent(username), secretAccessKey: decodeURIComponent(password) };
  const client = new AwsClient({ ...keys, service: "s3", retries: 0, ...(region === undefined ? {} : { region }) });
  const urlOf = (name: string) => `${origin}${pathname.replace(/\/+$/, "")}/${name}`;
  return {
    async write(name, bytes, { signal } = {}) {
      const headers = { "Content-Type": typeOf(name), "X-Amz-Content-Sha256": hash("sha256", bytes) };
      const answer = await ask(client, urlOf(name), {
        method: "PUT",
        headers,
        body: bytes as NonNullable<RequestInit["body"]>,
        signal: signal ?? null,
      });
      const text = await answer.text();
      if (answer.ok) return;
      const problem = `the bucket of REPORTS_S3_URL does not take ${name}: ${answer.status} ${codeIn(text)}`;
      throw mayChange(answer.status) ? new FilesUnavailable(problem) : new PermanentFailure(problem);
    },
    async read(name) {
      const answer = await ask(client, urlOf(name), { method: "GET" });
      if (answer.ok) return fileOf(answer);
      const code = codeIn(await answer.text());
      if (code === "NoSuchKey") return undefined;
      throw new FilesUnavailable(`the bucket of REPORTS_S3_URL does not give ${name}: ${answer.status} ${code}`);
    },
  };
}

/** Redirects are answers: what is signed is for this address only. */
async function ask(client: AwsClient, url: string, { signal, ...request }: RequestInit): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer in ${answerWithinMs} ms`)), answerWithinMs);
  try {
    return await client.fetch(url, { ...request, redirect: "manual", signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]) });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new FilesUnavailable("the bucket of REPORTS_S3_URL can't be reached", { cause });
  } finally {
    clearTimeout(timer);
  }
}

const fileOf = ({ headers, body }: Response): StoredFile => ({
  bytes: Number(headers.get("content-length")),
  content: body ? Readable.fromWeb(body as ReadableStream) : Readable.from([]),
});

const typeOf = (name: string) => (name.endsWith(".pdf") ? "application/pdf" : "application/octet-stream");

/** The word by which S3 says what is wrong, such as `NoSuchKey`. */
const codeIn = (text: string) => /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? "";

const mayChange = (status: number) => status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
