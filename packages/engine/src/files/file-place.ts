import type { Readable } from "node:stream";
import { CaretakerError } from "@caretaker/contracts";

/** A file that a job made, to be read. */
export interface StoredFile {
  readonly bytes: number;
  readonly content: Readable;
}

/** Where files are kept, by names that are no paths. Throws `FilesUnavailable`, or a `PermanentFailure` if it will never do what is asked. */
export interface FilePlace {
  /** Stores a file at once or not at all; one of that name is replaced. */
  write(name: string, bytes: Uint8Array, options?: { signal?: AbortSignal }): Promise<void>;
  read(name: string): Promise<StoredFile | undefined>;
}

/** The place of files can't be reached, or does not do what is asked now. */
export class FilesUnavailable extends CaretakerError {
  override readonly code = "FILES_UNAVAILABLE";
}
