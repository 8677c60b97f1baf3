/** A read that a process made. */
export interface Read {
  /** When it began. */
  readonly began: number;
  /** Whatever had been sent to this process by then, it had received before the read began. */
  readonly heardUntil: number;
  /** Whether the process knew that it hears no invalidations. */
  readonly deaf: boolean;
  readonly id: number;
  readonly version: number;
}

/** An invalidation that resolved: `version` was true when it began. */
export interface Invalidation {
  readonly id: number;
  readonly version: number;
  readonly ended: number;
}

/** What a process did. */
export interface Log {
  readonly reads: Read[];
  readonly invalidations: Invalidation[];
  readonly operations: number;
  readonly failures: number;
}
