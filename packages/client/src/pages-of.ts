interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** The items of all pages; a page is asked for when those before it have been taken. */
export async function* pagesOf<Item>(ask: (after: { after?: string }) => Promise<Page<Item>>): AsyncGenerator<Item, void, undefined> {
  for (let after: { after?: string } = {}; ; ) {
    const { items, next } = await ask(after);
    yield* items;
    if (next === null) return;
    after = { after: next };
  }
}
