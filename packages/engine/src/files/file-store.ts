import { definePort } from "@caretaker/queue";
import { z } from "zod";
import type { StoredFile } from "./file-place.ts";
import { createFolderPlace } from "./folder-place.ts";
import { createS3Place, isS3Url } from "./s3-place.ts";

/** Files that jobs make and the API serves. Throws `FilesUnavailable` while their place is away. */
export interface FileStore {
  /**
   * Stores a file under a name, at once or not at all; one of that name is replaced. Resolves to the URL that it is served under.
   * Throws a `PermanentFailure` if its place will never take it.
   */
  write(name: string, bytes: Uint8Array, options?: { signal?: AbortSignal }): Promise<string>;
  /** A file to be read, or `undefined` if there is none of that name. */
  read(name: string): Promise<StoredFile | undefined>;
}

/** Small letters, digits and hyphens with one extension: never a path. */
const safeName = /^[a-z0-9][a-z0-9-]{0,120}\.[a-z0-9]{1,8}$/;

const s3Url = z.string().refine(isS3Url, "not a URL such as https://KEY_ID:SECRET@host/bucket/folder, with / in the secret as %2F and + as %2B");

/** The store in the bucket of `REPORTS_S3_URL` or else in the folder `REPORTS_DIR`, which workers and API have in common. */
export const fileStore = definePort({
  name: "files",
  env: {
    REPORTS_DIR: z.string().min(1).default(".data/reports"),
    REPORTS_S3_URL: s3Url.optional(),
    REPORTS_S3_REGION: z.string().min(1).optional(),
    REPORTS_URL: z.string().default("/v1/reports"),
  },
  create({ REPORTS_DIR, REPORTS_S3_URL, REPORTS_S3_REGION, REPORTS_URL }): FileStore {
    const place = REPORTS_S3_URL === undefined ? createFolderPlace(REPORTS_DIR) : createS3Place(REPORTS_S3_URL, REPORTS_S3_REGION);
    return {
      async write(name, bytes, options) {
        if (!safeName.test(name)) throw new RangeError(`${name} is no name for a file`);
        await place.write(name, bytes, options);
        return `${REPORTS_URL}/${name}`;
      },
      read: async (name) => (safeName.test(name) ? place.read(name) : undefined),
    };
  },
});
