import { PermanentFailure } from "@caretaker/engine";
import { AddressRefused, AnswerTooLarge, namesAddress, sendRequest } from "@caretaker/service";
import { maxImageBytes, type SourceImage } from "./image-source.ts";

interface Options {
  /** An image has to be below one of these. */
  readonly addresses: readonly URL[];
  /** Where things go that are made of it. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const timeoutMs = 30_000;
const mayChange = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;

/** Fetches an image; redirects are not followed. */
export async function fetchImage(url: URL, { addresses, folder, signal }: Options): Promise<SourceImage> {
  const root = addresses.find((address) => url.origin === address.origin && isBelow(url.pathname, address.pathname));
  if (!root) throw new PermanentFailure(`${url} is below no address of IMAGE_ROOTS`);
  if (folder === "") throw new PermanentFailure("set IMAGE_FOLDER: what is made of a fetched image goes there");
  const { status, body } = await sendRequest({ url, timeoutMs, maxBytes: maxImageBytes, signal, allowPrivate: namesAddress(root) }).catch(explain);
  if (mayChange(status)) throw new Error(`${url} answers ${status}`);
  if (status !== 200) throw new PermanentFailure(`${url} answers ${status}`);
  return { bytes: body, name: url.pathname.slice(url.pathname.lastIndexOf("/") + 1), folder };
}

const isBelow = (path: string, root: string) => path.startsWith(root.endsWith("/") ? root : `${root}/`);

function explain(error: unknown): never {
  if (error instanceof AddressRefused || error instanceof AnswerTooLarge) throw new PermanentFailure(error.message, { cause: error });
  throw error;
}
