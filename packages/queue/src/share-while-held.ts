/** Something that takes time to open, shared by those who hold it. */
export interface Shared<T> {
  hold(): { readonly it: Promise<T> } & Disposable;
  close(): Promise<void>;
}

/** Closes what was opened `idleMs` after the last one who held it has let go, or when it could not be opened; `forget` is called first. */
export function shareWhileHeld<T extends { close(): Promise<void> }>(opening: Promise<T>, idleMs: number, forget: () => void): Shared<T> {
  let holders = 0;
  let idle: NodeJS.Timeout | undefined;
  const close = async () => {
    clearTimeout(idle);
    forget();
    await (await opening.catch(() => undefined))?.close();
  };
  opening.catch(forget);
  return {
    close,
    hold() {
      clearTimeout(idle);
      holders += 1;
      return {
        it: opening,
        [Symbol.dispose]() {
          holders -= 1;
          if (holders === 0) idle = setTimeout(() => void close(), idleMs).unref();
        },
      };
    },
  };
}
