/** Anything that checks and reads a value; a zod schema is one. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error };
}
