import type { EventEmitter } from "node:events";
import type { CacheEvents } from "./cache-events.ts";

/** What one operation has sent to Redis to be stored, by entry. */
export class Sent {
  readonly #ofEntry = new Map<string, { values: number; bytes: number }>();

  /** Takes note of a value's text, whose characters are taken for bytes. */
  count(entry: string, text: string): void {
    const sent = this.#ofEntry.get(entry);
    if (!sent) this.#ofEntry.set(entry, { values: 1, bytes: text.length });
    else {
      sent.values += 1;
      sent.bytes += text.length;
    }
  }

  tell(events: EventEmitter<CacheEvents>): void {
    for (const [entry, sent] of this.#ofEntry) events.emit("write", { entry, tier: "l2", ...sent });
  }
}
