import { createHash } from "node:crypto";
import { PermanentFailure } from "@caretaker/engine";
import type { Metadata, Sharp } from "sharp";
import { z } from "zod";
import { atMost } from "./at-most.ts";
import { outputPixels } from "./output-pixels.ts";

const side = z.int().min(1).max(10_000);

/** What is done to an image, in this order: turned, resized, made gray, blurred, written in a format. */
export const imageChanges = z.strictObject({
  rotate: z.number().min(-360).max(360).optional(),
  resize: z
    .strictObject({
      width: side.optional(),
      height: side.optional(),
      fit: z.enum(["cover", "contain", "fill", "inside", "outside"]).default("inside"),
    })
    .refine(({ width, height }) => width !== undefined || height !== undefined, "write width, height or both")
    .optional(),
  grayscale: z.boolean().default(false),
  blur: z.number().min(0.3).max(100).optional(),
  /** That of the source unless given. */
  format: z.enum(["jpeg", "png", "webp", "avif", "gif", "tiff"]).optional(),
  quality: z.int().min(1).max(100).optional(),
});
export type ImageChanges = z.output<typeof imageChanges>;

export interface TransformedImage {
  readonly bytes: Buffer;
  readonly format: NonNullable<ImageChanges["format"]>;
  readonly width: number;
  readonly height: number;
}

/** A file of a few bytes can stand for an image that fills the memory. */
const maxPixels = 50_000_000;
/** Two large ones at once are some hundred megabytes. */
const inTurn = atMost(2);
const seconds = 60;
const heif = "heif";

/** Makes the image. What is no image of a known format, broken, or of too many pixels is a `PermanentFailure`. */
export const transformImage = (bytes: Buffer, changes: ImageChanges): Promise<TransformedImage> => inTurn(() => transform(bytes, changes));

async function transform(bytes: Buffer, changes: ImageChanges): Promise<TransformedImage> {
  // loaded when the first image is made: a process that makes none is spared 30 MB
  const { default: sharp } = await import("sharp");
  const metadata = await describe(sharp(bytes, { limitInputPixels: maxPixels }));
  const own = formatOf(metadata);
  if (outputPixels(metadata.width, metadata.height, changes.resize) > 2 * maxPixels) throw new PermanentFailure("the image would be too large");
  const format = changes.format ?? own;
  try {
    const { data, info } = await pipeline(sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" }), changes, format).toBuffer({
      resolveWithObject: true,
    });
    return { bytes: data, format, width: info.width, height: info.height };
  } catch (error) {
    throw new PermanentFailure(`the image can't be made: ${(error as Error).message}`, { cause: error });
  }
}

function pipeline(image: Sharp, { rotate, resize, grayscale, blur, quality }: ImageChanges, format: TransformedImage["format"]) {
  image.timeout({ seconds });
  if (rotate === undefined) image.autoOrient();
  else image.rotate(rotate);
  if (resize)
    image.resize({ fit: resize.fit, ...(resize.width ? { width: resize.width } : {}), ...(resize.height ? { height: resize.height } : {}) });
  if (grayscale) image.grayscale();
  if (blur !== undefined) image.blur(blur);
  return image.toFormat(format, quality === undefined || format === "gif" ? {} : { quality });
}

async function describe(image: Sharp): Promise<Metadata> {
  try {
    return await image.metadata();
  } catch (error) {
    throw new PermanentFailure(`this is no image: ${(error as Error).message}`, { cause: error });
  }
}

/** Drawings (svg) and documents (pdf) can refer to other files: they are no images here. */
function formatOf({ format, width, height }: Metadata): TransformedImage["format"] {
  const known = imageChanges.shape.format.unwrap().safeParse(format === heif ? "avif" : format);
  if (!known.success)
    throw new PermanentFailure(`${format ?? "an unknown format"} is not taken; ${imageChanges.shape.format.unwrap().options.join(", ")} are`);
  if (width * height > maxPixels) throw new PermanentFailure(`an image of ${width} × ${height} is too large; ${maxPixels} pixels may be`);
  return known.data;
}

/** What tells an image's changes from others: equal changes have equal names. */
export const changesName = (changes: ImageChanges): string => createHash("sha256").update(JSON.stringify(changes)).digest("hex").slice(0, 8);
