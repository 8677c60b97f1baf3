import { z } from "zod";
import type { BoardUser } from "./board-user.ts";

const example = "BOARD_USERS=anna:operator:a-long-secret,ben:viewer:another-one";
const pattern = /^(?<name>[^:\s]+):(?<role>viewer|operator):(?<secret>.+)$/;

/** `name:role:secret,…`: those who may sign in; a secret may contain colons, but no comma. What is wrong is said without showing a secret. */
export const boardUsers = z
  .string({ error: `not set: name somebody who may sign in, for example ${example}` })
  .transform((text, context): readonly BoardUser[] => {
    const users = text.split(",").map((item, index) => readUser(item.trim()) ?? index + 1);
    for (const entry of users.filter((user) => typeof user === "number")) {
      context.addIssue(`entry ${entry} is not name:role:secret with the role viewer or operator, for example ${example}`);
    }
    const known = users.filter((user) => typeof user !== "number");
    if (new Set(known.map(({ name }) => name)).size < known.length) context.addIssue("a name is given twice");
    return known;
  });

function readUser(text: string): BoardUser | undefined {
  const { name, role, secret } = pattern.exec(text)?.groups ?? {};
  return name && secret ? { name, role: role === "operator" ? "operator" : "viewer", secret } : undefined;
}
