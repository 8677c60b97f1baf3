import type { Progress } from "@caretaker/contracts";
import { Presets, SingleBar } from "cli-progress";

export interface Bar {
  show(progress: Progress): void;
  stop(): void;
}

/** A progress bar on a terminal's stderr; anywhere else it says nothing. */
export function createBar(title: string, stream: NodeJS.WriteStream = process.stderr): Bar {
  if (!stream.isTTY) return { show: () => {}, stop: () => {} };
  const bar = new SingleBar({ stream, format: `${title} [{bar}] {percentage} % · {status}`, hideCursor: true }, Presets.shades_classic);
  bar.start(1, 0, { status: "waiting for a worker" });
  return {
    show({ current, total, status }) {
      bar.setTotal(Math.max(1, total));
      bar.update(current, { status });
    },
    stop: () => bar.stop(),
  };
}
