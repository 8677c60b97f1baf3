import { randomBytes } from "node:crypto";
import { parseEnv, port, queueSettings, serviceSettings } from "@caretaker/service";
import { z } from "zod";
import type { BoardUser } from "./board-user.ts";

const example = "BOARD_USERS=anna:operator:a-long-secret,ben:viewer:another-one";
const minutesOfSession = 720;

const user = z
  .string()
  .regex(/^[^:,]+:(viewer|operator):.+$/, `write name:role:secret with the role viewer or operator, for example ${example}`)
  .transform((text): BoardUser => {
    const [name = "", role, ...secret] = text.split(":");
    return { name, role: role === "operator" ? "operator" : "viewer", secret: secret.join(":") };
  });

const users = z
  .string({ error: `not set: the board does not start without somebody who may sign in, for example ${example}` })
  .transform((text) => text.split(",").map((item) => item.trim()))
  .pipe(z.array(user));

/** The board's settings. */
export const readEnv = () =>
  parseEnv({
    ...serviceSettings,
    ...queueSettings,
    BOARD_PORT: port(3001),
    BOARD_HOST: z.string().default("127.0.0.1"),
    BOARD_USERS: users,
    /** Signs the session cookies; made up at each start, which signs everybody out, unless it is set. */
    BOARD_SESSION_SECRET: z.string().min(16).default(randomBytes(32).toString("base64url")),
    BOARD_SESSION_MINUTES: z.coerce.number().int().min(1).default(minutesOfSession),
  });
