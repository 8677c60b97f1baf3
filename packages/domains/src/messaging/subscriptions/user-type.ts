import { z } from "zod";

/** What kind of user a message is for. */
export const userType = z.enum(["regular", "vip", "premium"]).default("regular");
