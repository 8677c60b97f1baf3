import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { definePort } from "@caretaker/queue";
import { z } from "zod";

/** A file that a job made, to be read. */
export interface StoredFile {
  readonly bytes: number;
  readonly content: Readable;
}

/** Files that jobs make and the API serves. */
export interface FileStore {
  /** Stores a file under a name, at once or not at all; one of that name is replaced. Resolves to the URL that it is served under. */
  write(name: string, bytes: Uint8Array): Promise<string>;
  /** A file to be read, or `undefined` if there is none of that name. */
  read(name: string): Promise<StoredFile | undefined>;
}

/** Small letters, digits and hyphens with one extension: never a path. */
const safeName = /^[a-z0-9][a-z0-9-]{0,120}\.[a-z0-9]{1,8}$/;

/** The store in `REPORTS_DIR`, which workers and API have in common. */
export const fileStore = definePort({
  name: "files",
  env: { REPORTS_DIR: z.string().min(1).default(".data/reports"), REPORTS_URL: z.string().default("/v1/reports") },
  create: ({ REPORTS_DIR, REPORTS_URL }): FileStore => ({
    async write(name, bytes) {
      if (!safeName.test(name)) throw new RangeError(`${name} is no name for a file`);
      await writeAtOnce(REPORTS_DIR, name, bytes);
      return `${REPORTS_URL}/${name}`;
    },
    read: async (name) => (safeName.test(name) ? openFile(join(REPORTS_DIR, name)) : undefined),
  }),
});

async function writeAtOnce(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomUUID()}.part`);
  try {
    await writeFile(temporary, bytes, { flag: "wx" });
    await rename(temporary, join(folder, name));
  } finally {
    await rm(temporary, { force: true });
  }
}

async function openFile(path: string): Promise<StoredFile | undefined> {
  try {
    const file = await open(path, "r");
    const { size } = await file.stat();
    return { bytes: size, content: file.createReadStream() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
