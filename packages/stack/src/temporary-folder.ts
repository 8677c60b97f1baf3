import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canReach } from "./can-reach.ts";
import { guardFolder } from "./guard.ts";
import { postgresUser } from "./postgres-user.ts";

/** A folder that is gone with this process. */
export function temporaryFolder(): string {
  const user = postgresUser();
  const parent = user && !canReach(tmpdir(), user) ? "/tmp" : tmpdir();
  const dir = mkdtempSync(join(parent, "caretaker-"));
  chmodSync(dir, 0o755);
  guardFolder(dir);
  return dir;
}
