import { randomBytes } from "node:crypto";
import type { Logger } from "@caretaker/service";

/** What session cookies are signed with: the secret given, else a random one that ends all sessions with this process. */
export function sessionSecret(given: string | undefined, log: Logger): string {
  if (given) return given;
  log.info("BOARD_SESSION_SECRET is not set: everybody has to sign in again when the board is restarted");
  return randomBytes(32).toString("base64url");
}
