import type { ImageChanges } from "./transform-image.ts";

/** The pixels that a resized image can have at most, whichever way it is turned: a narrow strip made wide would fill the memory. */
export function outputPixels(width: number, height: number, resize: ImageChanges["resize"]): number {
  if (!resize) return 2 * width * height; // turned by some degrees, its corners stand out
  const { width: wanted = 0, height: tall = 0, fit } = resize;
  if (wanted > 0 && tall > 0 && fit !== "outside") return wanted * tall;
  const scale = Math.max(wanted, tall) / Math.min(width, height);
  return width * height * scale ** 2;
}
