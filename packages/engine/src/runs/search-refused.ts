import { CaretakerError } from "@caretaker/contracts";

/** A search that can't be made: the page asked for is none, or the text has no word. */
export class SearchRefused extends CaretakerError {
  override readonly code = "INVALID_SEARCH";
}
