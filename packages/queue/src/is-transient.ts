const networkCodes = new Set(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EPIPE", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
/** PostgreSQL: connection, rollback, resources, operator intervention, lock not available, read-only standby. */
const postgresCodes = /^(08|40|53|57|55P03|25006)/;
const messages =
  /connection (terminated|is closed)|stream isn't writeable|command timed out|query read timeout|timeout exceeded when trying to connect/i;

/** Whether a failure may be gone at the next attempt: a connection lost, a serialization failure, a deadlock, a timeout. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isTransient);
  const code = "code" in error ? String(error.code) : "";
  if (networkCodes.has(code) || postgresCodes.test(code) || messages.test(error.message)) return true;
  return error.cause !== undefined && isTransient(error.cause);
}
