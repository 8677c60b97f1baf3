import { isAbsolute } from "node:path";
import { definePort } from "@caretaker/engine";
import { z } from "zod";
import { fetchImage } from "./fetch-image.ts";
import { readImageFile } from "./read-image-file.ts";

/** An image's bytes, and the folder that what is made of it goes to. */
export interface SourceImage {
  readonly bytes: Buffer;
  readonly name: string;
  readonly folder: string;
}

/** Images from where an operator allows it. What is elsewhere, missing or too large is a `PermanentFailure`. */
export interface ImageSource {
  read(source: string, options: { signal: AbortSignal }): Promise<SourceImage>;
}

/** The bytes that an image may have. */
export const maxImageBytes = 25_000_000;

const isAddress = (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text);

const listOf = (text: string) =>
  text
    .split(",")
    .map((root) => root.trim())
    .filter((root) => root !== "");

const roots = z
  .string()
  .default("")
  .refine(
    (text) => listOf(text).every((root) => isAbsolute(root) || isAddress(root)),
    "write folders (/srv/images) and addresses (https://host/path/), comma-separated",
  );

/** Images of the folders and below the addresses of `IMAGE_ROOTS`; what is made of a fetched one goes to `IMAGE_FOLDER`. */
export const imageSource = definePort({
  name: "images",
  env: { IMAGE_ROOTS: roots, IMAGE_FOLDER: z.string().default("") },
  create({ IMAGE_ROOTS, IMAGE_FOLDER }): ImageSource {
    const folders = listOf(IMAGE_ROOTS).filter((root) => !isAddress(root));
    const addresses = listOf(IMAGE_ROOTS)
      .filter(isAddress)
      .map((root) => new URL(root));
    return {
      read: (source, { signal }) =>
        isAddress(source) ? fetchImage(new URL(source), { addresses, folder: IMAGE_FOLDER, signal }) : readImageFile(source, folders),
    };
  },
});
