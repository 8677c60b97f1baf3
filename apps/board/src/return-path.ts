const board = "http://board.invalid";

/** Where to go after signing in: a path of this board, never another site. */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== "string" || !URL.canParse(wanted, board)) return "/";
  const { origin, pathname, search } = new URL(wanted, board);
  return origin === board && !pathname.startsWith("//") ? pathname + search : "/";
}
