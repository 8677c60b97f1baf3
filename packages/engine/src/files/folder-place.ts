import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FilePlace, StoredFile } from "./file-place.ts";

/** Files in a folder, which is made when the first one is written. */
export const createFolderPlace = (folder: string): FilePlace => ({
  async write(name, bytes, { signal } = {}) {
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `.${randomUUID()}.part`);
    try {
      await writeFile(temporary, bytes, { flag: "wx", ...(signal ? { signal } : {}) });
      await rename(temporary, join(folder, name));
    } finally {
      await rm(temporary, { force: true });
    }
  },
  read: (name) => openFile(join(folder, name)),
});

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
