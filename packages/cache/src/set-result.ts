/** What became of values to be stored; those that Redis was not there for are in neither. */
export interface SetResult {
  written: number;
  /** Invalidated meanwhile, so not stored. */
  fenced: number;
}
