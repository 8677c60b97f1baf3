import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { canReach } from "./can-reach.ts";
import { postgresUser } from "./postgres-user.ts";

/**
 * Where the data of `dataDir` is: there, unless this process is root and the folder is closed to the user that
 * PostgreSQL runs as. Then it is in a folder of this checkout's own in /var/tmp, and `dataDir` has links to it: a new
 * checkout, or a copy in another place, starts afresh.
 */
export function keptFolder(dataDir: string): string {
  const wanted = resolve(dataDir);
  mkdirSync(wanted, { recursive: true });
  const user = postgresUser();
  if (!user) return wanted;
  const prefix = `/var/tmp/caretaker-data-${createHash("sha256").update(wanted).digest("hex").slice(0, 12)}`;
  const linked = linkedFolder(join(wanted, "postgres"));
  if (linked?.startsWith(prefix) && existsSync(linked)) return linked;
  for (const name of linked ? ["postgres", "redis"] : []) rmSync(join(wanted, name), { force: true });
  return canReach(wanted, user) ? wanted : folderOutside(wanted, prefix);
}

function linkedFolder(path: string): string | undefined {
  try {
    return dirname(readlinkSync(path));
  } catch {
    return undefined;
  }
}

function folderOutside(wanted: string, prefix: string): string {
  const outside = mkdtempSync(`${prefix}-`);
  chmodSync(outside, 0o755);
  for (const name of ["postgres", "redis"]) {
    rmSync(join(wanted, name), { recursive: true, force: true });
    symlinkSync(join(outside, name), join(wanted, name));
  }
  return outside;
}
