import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { searchPath } from "./env.ts";

const usualFolders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Where Redis, or Valkey, is installed. Throws with what to install if it is not. */
export function findRedisServer(): string {
  const folders = [...searchPath().split(delimiter), ...usualFolders].filter(Boolean);
  const found = ["redis-server", "valkey-server"].flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (!found)
    throw new Error("no redis-server or valkey-server found: install one (apt-get install redis-server, brew install redis) or set REDIS_URL");
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
