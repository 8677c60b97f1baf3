/** What guards the values of a tag: they have to carry its token. */
export interface Fence {
  readonly key: string;
  /** As it was before the load began; none if Redis did not tell. */
  token?: string | undefined;
  /** Of the server that told the token. */
  life?: string | undefined;
}
