/** What is made of one stock's rows. */
export const stockTag = (code: string): string => `stocks:${code}`;
/** What is made of all stocks' fundamentals. */
export const screenTag = "stocks:screen";
/** What is made of all stocks' bars: it would never be kept if each new bar dropped it, so that its ttl alone ends it. */
export const marketTag = "stocks:market";
/** What `clear` drops. */
export const namespace = "stocks";
