import { createHash, timingSafeEqual } from "node:crypto";

/** Somebody who may sign in; viewers look, operators also act. */
export interface BoardUser {
  readonly name: string;
  readonly role: "viewer" | "operator";
  readonly secret: string;
}

/** The user with this name and secret. It takes the same time whether the name, the secret or both are wrong. */
export function findUser(users: readonly BoardUser[], name: string, secret: string): BoardUser | undefined {
  const known = users.find((user) => user.name === name);
  const same = timingSafeEqual(digest(secret), digest(known?.secret ?? ""));
  return known && same ? known : undefined;
}

const digest = (text: string) => createHash("sha256").update(text).digest();
