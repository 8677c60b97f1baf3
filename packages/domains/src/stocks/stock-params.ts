import { textParam } from "@caretaker/contracts";
import { z } from "zod";

/** Parameters of what is about one stock; codes are case-sensitive. */
export const stockParams = z.strictObject({ code: textParam });
export type StockParams = z.infer<typeof stockParams>;

const stocksThereMayBe = 200_000;

/** Codes that no stock has cost neither Redis nor PostgreSQL. */
export const existence = { id: ({ code }: StockParams) => code, capacity: stocksThereMayBe, errorRate: 0.01 };
