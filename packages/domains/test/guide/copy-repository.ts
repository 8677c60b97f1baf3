import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@caretaker/stack";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const [ours, programs, installed] = ["@caretaker", ".bin", ".package-lock.json"];

/** A copy of the repository as it stands, whose packages find each other in the copy, and all others where they are installed; it is gone with this process. */
export function copyRepository(): string {
  const copy = temporaryFolder();
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  const files = listed.split("\0").filter((file) => file && existsSync(join(root, file)));
  for (const folder of new Set(files.map((file) => dirname(file)))) mkdirSync(join(copy, folder), { recursive: true });
  for (const file of files) copyFileSync(join(root, file), join(copy, file));
  const workspaces = ["packages", "apps"].flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)));
  for (const folder of ["", ...workspaces]) linkPackages(join(root, folder, "node_modules"), join(copy, folder, "node_modules"));
  return copy;
}

/** Our own packages are links to folders beside, which come to point into the copy; npm's list says what is installed; caches of tools stay behind. */
function linkPackages(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === ours || name === installed) cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
    else if (name === programs || !name.startsWith(".")) symlinkSync(join(from, name), join(to, name));
  }
}
