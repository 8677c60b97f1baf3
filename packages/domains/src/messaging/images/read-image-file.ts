import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, sep } from "node:path";
import { PermanentFailure } from "@caretaker/engine";
import { maxImageBytes, type SourceImage } from "./image-source.ts";

/** Reads the file that a path leads to once all links are followed, so that none leads out of `folders`. */
export async function readImageFile(path: string, folders: readonly string[]): Promise<SourceImage> {
  const outside = new PermanentFailure(`${path} is in no folder of IMAGE_ROOTS`);
  if (!isAbsolute(path) || !folders.some((folder) => isWithin(folder, path))) throw outside;
  const real = await realpath(path).catch(explain(path));
  const allowed = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  if (!allowed.some((folder) => isWithin(folder, real))) throw outside;
  await using file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(explain(path));
  return { bytes: await contentOf(file, path), name: basename(real), folder: dirname(real) };
}

async function contentOf(file: FileHandle, path: string): Promise<Buffer> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new PermanentFailure(`${path} is not a file`);
  if (stats.size > maxImageBytes) throw new PermanentFailure(`${path} has ${stats.size} bytes; an image may have ${maxImageBytes}`);
  const bytes = Buffer.alloc(stats.size);
  const { bytesRead } = await file.read(bytes, 0, stats.size, 0);
  return bytes.subarray(0, bytesRead);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const lasting = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "EISDIR", "ENAMETOOLONG", "ENXIO"]);

const explain =
  (path: string) =>
  (error: NodeJS.ErrnoException): never => {
    if (lasting.has(error.code ?? "")) throw new PermanentFailure(`${path} can't be read: ${error.code}`, { cause: error });
    throw error;
  };
