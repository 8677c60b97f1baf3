/**
 * A value to be stored, or what computes it. What computes is called when the fences are noted, so that nothing is stored
 * which is invalidated meanwhile; a value that stands already counts as of now.
 */
export type Given<Value> = Value | null | Compute<Value>;

export type Compute<Value> = () => Value | null | Promise<Value | null>;
