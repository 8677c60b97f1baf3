import { createHmac } from "node:crypto";
import cookieSession from "cookie-session";
import type { Request, RequestHandler } from "express";
import type { BoardUser } from "./board-user.ts";

export interface SessionOptions {
  /** Signs the cookies. */
  readonly secret: string;
  /** How long a session lasts. */
  readonly ms: number;
}

export interface Sessions {
  /** Reads and writes the cookie. */
  readonly cookie: RequestHandler;
  begin(request: Request, user: BoardUser): void;
  end(request: Request): void;
  /** Who has signed in, with the role that they have now. */
  userOf(request: Request): BoardUser | undefined;
}

/** Sessions in a signed cookie that no script, no other site and, once `users` are changed, no earlier sign-in can use. */
export function createSessions(users: readonly BoardUser[], { secret, ms }: SessionOptions, clock: () => number): Sessions {
  const key = createHmac("sha256", secret).update(JSON.stringify(users)).digest("base64url");
  return {
    cookie: cookieSession({ name: "caretaker-board", keys: [key], maxAge: ms, httpOnly: true, sameSite: "strict" }),
    begin(request, user) {
      request.session = { name: user.name, until: clock() + ms };
    },
    end(request) {
      request.session = null;
    },
    userOf({ session }) {
      // a browser forgets the cookie in time, somebody who copied it does not
      return session?.until > clock() ? users.find(({ name }) => name === session?.name) : undefined;
    },
  };
}
