export interface BreakerOptions {
  /** So many failures in a row open it. */
  failures: number;
  /** How long it stays open before it looks whether Redis is back, ms. */
  pauseMs: number;
}

/** Keeps reads from waiting for a Redis that does not answer: open, it lets none ask until a probe has been answered. */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #probe: () => Promise<unknown>;
  readonly #onChange: (open: boolean) => void;
  #failures = 0;
  #openSince: number | undefined;
  #probing = false;

  constructor(options: BreakerOptions, probe: () => Promise<unknown>, onChange: (open: boolean) => void) {
    this.#options = options;
    this.#probe = probe;
    this.#onChange = onChange;
  }

  /** Whether Redis may be asked. Asking an open breaker looks, in the background, whether Redis is back. */
  get closed(): boolean {
    if (this.#openSince === undefined) return true;
    if (!this.#probing && performance.now() - this.#openSince >= this.#options.pauseMs) void this.#look();
    return false;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures < this.#options.failures || this.#openSince !== undefined) return;
    this.#openSince = performance.now();
    this.#onChange(true);
  }

  async #look(): Promise<void> {
    this.#probing = true;
    try {
      await this.#probe();
      this.#failures = 0;
      this.#openSince = undefined;
      this.#onChange(false);
    } catch {
      this.#openSince = performance.now();
    } finally {
      this.#probing = false;
    }
  }
}
