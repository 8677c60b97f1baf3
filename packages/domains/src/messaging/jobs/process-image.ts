import { defineJob } from "@caretaker/engine";
import { z } from "zod";
import { imageSource } from "../images/image-source.ts";
import { changesName, imageChanges, transformImage } from "../images/transform-image.ts";
import { writeImage } from "../images/write-image.ts";
import { addressedTo } from "../job-payload.ts";

/** `messaging.process-image`: an image made of another one, beside it. */
export const processImage = defineJob({
  name: "messaging.process-image",
  queue: "messages",
  schema: imageChanges.extend({ ...addressedTo("process-image"), source: z.string().min(1).max(2_000) }),
  retry: { attempts: 4, backoff: "2s" },
  timeout: "3m",
  async handler({ data: { domain: _domain, job: _job, source, ...changes }, use, signal, progress }) {
    progress({ current: 0, total: 3, status: "reading" });
    const image = await use(imageSource).read(source, { signal });
    progress({ current: 1, total: 3, status: "changing" });
    const made = await transformImage(image.bytes, changes);
    signal.throwIfAborted();
    progress({ current: 2, total: 3, status: "writing" });
    const path = await writeImage(image, made, changesName(changes));
    progress({ current: 3, total: 3, status: "done" });
    return { path, format: made.format, width: made.width, height: made.height, bytes: made.bytes.length };
  },
});
