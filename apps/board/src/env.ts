import { databaseSettings, parseEnv, port, queueSettings, serviceSettings } from "@caretaker/service";
import { z } from "zod";
import { boardUsers } from "./board-users.ts";

const halfADayInMinutes = 720;

/** The board's settings. */
export const readEnv = () =>
  parseEnv({
    ...serviceSettings,
    ...databaseSettings,
    ...queueSettings,
    BOARD_PORT: port(3001),
    BOARD_HOST: z.string().default("127.0.0.1"),
    BOARD_USERS: boardUsers,
    BOARD_SESSION_SECRET: z.string().min(16, "write at least 16 characters that nobody can guess").optional(),
    BOARD_SESSION_MINUTES: z.coerce.number().int().min(1).default(halfADayInMinutes),
  });
