/** A signal that fires at Ctrl-C, which does not end the process until it is disposed of. */
export function untilInterrupted(): { readonly signal: AbortSignal } & Disposable {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.on("SIGINT", interrupt);
  return { signal: interrupted.signal, [Symbol.dispose]: () => void process.removeListener("SIGINT", interrupt) };
}
