import pino, { type Logger } from "pino";

export type { Logger };

const secret = ["authorization", "password", "token", "key", "secret", "cookie", "url", "connectionString"];

/** One JSON line a record on stdout; passwords, tokens, keys, cookies and connection URLs are left out. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    redact: {
      paths: [...secret, ...secret.map((field) => `*.${field}`), "err.command", "error.command", "req.headers.authorization", "req.headers.cookie"],
      censor: "[redacted]",
    },
    serializers: { err: briefError, error: briefError },
  });
}

/** An error without the fields that drivers hang on it (statements, command arguments, connection settings). */
function briefError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  const code = "code" in error ? error.code : undefined;
  return { name, message, code, stack, ...(error.cause === undefined ? {} : { cause: briefError(error.cause) }) };
}
