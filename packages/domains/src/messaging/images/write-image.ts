import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import type { SourceImage } from "./image-source.ts";
import type { TransformedImage } from "./transform-image.ts";

/** Writes an image into its source's folder, at once or not at all; resolves to its path, which is the same when it is tried again. */
export async function writeImage({ name, folder }: SourceImage, { bytes, format }: TransformedImage, suffix: string): Promise<string> {
  const path = join(folder, `${parse(name).name.replaceAll(/[^\p{L}\p{N}._-]/gu, "_")}.${suffix}.${format}`);
  const temporary = join(folder, `.${randomUUID()}.part`);
  try {
    await writeFile(temporary, bytes, { flag: "wx" });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return path;
}
