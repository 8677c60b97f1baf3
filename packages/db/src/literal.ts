import pg from "pg";

/** A text as SQL writes it, where it can't be a parameter. */
export const literal = (text: string): string => pg.escapeLiteral(text);
