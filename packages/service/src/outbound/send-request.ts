import { lookup } from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { CaretakerError } from "@caretaker/contracts";
import { isPublicAddress } from "./public-address.ts";

/** The address is not one that may be asked: no try will change that. */
export class AddressRefused extends CaretakerError {
  override readonly code = "ADDRESS_REFUSED";
}

/** The answer is larger than it may be. */
export class AnswerTooLarge extends CaretakerError {
  override readonly code = "ANSWER_TOO_LARGE";
}

export interface OutboundRequest {
  readonly url: URL;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long connecting, sending and reading may take in all, ms. */
  readonly timeoutMs: number;
  /** What is read of the answer at most. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Whether the host may be in a private network or on this machine. */
  readonly allowPrivate?: boolean;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Asks another server. The host's name is resolved once, each of its addresses is checked, and the connection goes to one of
 * them, so that a name that changes between the check and the connection gains nothing. Redirects are answers, and are not
 * followed. Throws `AddressRefused`, `AnswerTooLarge`, the signal's reason, a `TimeoutError`, or the network's error.
 */
export async function sendRequest({ url, method = "GET", headers, body, timeoutMs, maxBytes, signal, allowPrivate = false }: OutboundRequest) {
  checkUrl(url, allowPrivate);
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const send = url.protocol === "https:" ? https.request : http.request;
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  return new Promise<OutboundAnswer>((resolve, reject) => {
    const fail = (error: Error) => reject(either.aborted ? either.reason : error);
    const request = send(
      url,
      { method, headers: { ...headers, ...length }, signal: either, agent: false, ...(allowPrivate ? {} : { lookup: publicLookup }) },
      (response) => {
        read(response, maxBytes).then((content) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content }), fail);
      },
    );
    request.on("error", fail);
    request.end(body);
  });
}

function checkUrl({ protocol, hostname, username, password }: URL, allowPrivate: boolean): void {
  if (protocol !== "http:" && protocol !== "https:") throw new AddressRefused(`${protocol} is not http or https`);
  if (username || password) throw new AddressRefused("a URL with a user or password is not asked");
  const literal = hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivate && isIP(literal) && !isPublicAddress(literal)) throw new AddressRefused(`${literal} is not an address of the internet`);
}

/** Resolves a name to its addresses if all of them are of the internet. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "");
    const wrong = addresses.find(({ address }) => !isPublicAddress(address));
    if (wrong) return callback(new AddressRefused(`${hostname} is ${wrong.address}, which is not an address of the internet`), "");
    const [first] = addresses;
    if (options.all) callback(null, addresses);
    else callback(null, first?.address ?? "", first?.family);
  });
};

async function read(response: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw new AnswerTooLarge(`the answer is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
