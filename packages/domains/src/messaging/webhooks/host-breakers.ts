/** Keeps a host that fails again and again from being asked by every message. */
export interface HostBreakers {
  /** How long to wait before the host may be asked, ms; 0: now. After a pause one may ask, and the others wait for what comes of it. */
  waitMs(host: string): number;
  succeeded(host: string): void;
  failed(host: string): void;
}

interface Options {
  /** So many failures in a row close a host off. */
  readonly failures: number;
  readonly pauseMs: number;
  readonly now?: () => number;
}

/** Breakers by host, for this process. */
export function createHostBreakers({ failures, pauseMs, now = () => performance.now() }: Options): HostBreakers {
  const hosts = new Map<string, { failures: number; openUntil: number }>();
  return {
    waitMs(host) {
      const state = hosts.get(host);
      if (!state || state.failures < failures) return 0;
      const left = state.openUntil - now();
      if (left > 0) return left;
      state.openUntil = now() + pauseMs;
      return 0;
    },
    succeeded: (host) => void hosts.delete(host),
    failed(host) {
      const state = { failures: (hosts.get(host)?.failures ?? 0) + 1, openUntil: now() + pauseMs };
      hosts.set(host, state);
    },
  };
}
