/** Resolves on SIGINT, SIGTERM, SIGHUP, or when the process that started this one is gone. */
export function untilStopped(): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    const timer = setInterval(() => process.ppid !== parent && stop(), 300);
    const stop = () => {
      clearInterval(timer);
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  });
}
