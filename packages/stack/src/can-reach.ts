import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { SystemUser } from "./postgres-user.ts";

/** Whether a user may enter a folder and all folders above it. */
export function canReach(folder: string, user: SystemUser): boolean {
  const real = realpathSync(folder);
  return canEnter(real, user) && (real === dirname(real) || canReach(dirname(real), user));
}

function canEnter(folder: string, user: SystemUser): boolean {
  const { mode, uid, gid } = statSync(folder);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & 1) === 1;
}
