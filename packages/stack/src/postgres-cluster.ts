import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { guardFolder } from "./guard.ts";
import type { SystemUser } from "./postgres-user.ts";
import { runGuarded } from "./run-guarded.ts";

const passwordFile = "caretaker-password";

/** Makes a PostgreSQL data folder unless it is there; resolves to the password of its user `postgres`. Throws on a folder with other contents. */
export async function ensureCluster(dir: string, binaries: string, user: SystemUser | undefined): Promise<string> {
  if (!existsSync(join(dir, passwordFile))) await makeCluster(dir, binaries, user);
  return readFileSync(join(dir, passwordFile), "utf8");
}

/**
 * Sorts by code point and knows Unicode's letters on every system (`builtin`). A folder gets its name when it is whole,
 * so that an interrupted start leaves nothing behind.
 */
async function makeCluster(dir: string, binaries: string, user: SystemUser | undefined): Promise<void> {
  mkdirSync(dirname(dir), { recursive: true });
  const fresh = mkdtempSync(`${dir}-`);
  guardFolder(fresh);
  const secret = join(fresh, passwordFile);
  const data = join(fresh, "data");
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(secret, randomBytes(18).toString("base64url"), { mode: 0o600 });
  if (user) for (const path of [fresh, data, secret]) chownSync(path, user.uid, user.gid);
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const settings = ["--auth=scram-sha-256", "--username=postgres", `--pwfile=${secret}`, "--no-sync", ...locale];
  await runGuarded(join(binaries, "bin/initdb"), ["-D", data, ...settings], { cwd: "/", ...user });
  renameSync(secret, join(data, passwordFile));
  renameSync(data, dir);
  rmSync(fresh, { recursive: true });
}
