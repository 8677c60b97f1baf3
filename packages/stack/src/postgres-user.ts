import { readFileSync } from "node:fs";

export interface SystemUser {
  uid: number;
  gid: number;
}

/** The user that PostgreSQL runs as when this process is root, whom it refuses: `postgres` if there is one, else `nobody`. */
export function postgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const entry = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody");
  if (!entry) throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as: set DATABASE_URL");
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}
