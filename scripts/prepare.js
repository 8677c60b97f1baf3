// Installs what is missing before a command runs: npm packages, Node 24, Redis and (--chromium) a browser. Plain
// JavaScript for Node 20 or newer, since it runs before anything is installed. Says on stderr what it does.
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const usualFolders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

const say = (message) => process.stderr.write(`prepare: ${message}\n`);
const run = (command, args, env = {}) => execFileSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], env: { ...process.env, ...env } });
const isRoot = process.getuid?.() === 0;

function find(...names) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...usualFolders].filter(Boolean);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const installed = join(root, "node_modules/.package-lock.json");
const lock = join(root, "package-lock.json");

function installPackages() {
  if (isInstalled()) return;
  say("installing npm packages (npm ci)");
  run(process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
  markInstalled();
}

function markInstalled() {
  const now = new Date();
  utimesSync(installed, now, now);
}

/** npm writes its list of what it installed last of all; a lock file that is only newer, not different, needs nothing. */
function isInstalled() {
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  const { packages: present } = JSON.parse(readFileSync(installed, "utf8"));
  const { packages: wanted } = JSON.parse(readFileSync(lock, "utf8"));
  const isThere = ([path, entry]) => path === "" || (path in present ? sameVersion(present[path], entry) : entry.optional);
  if (!Object.entries(wanted).every(isThere) || Object.keys(present).some((path) => !(path in wanted))) return false;
  markInstalled();
  return true;
}

const sameVersion = (one, other) => one.version === other.version && one.integrity === other.integrity && one.link === other.link;

/** The npm package `node` puts Node 24 in place with an install script; an npm that was told to run none left that out. */
function installNode() {
  const isPresent = () => {
    try {
      return execFileSync(join(root, "node_modules/.bin/node"), ["--version"], { encoding: "utf8" }).startsWith("v24.");
    } catch {
      return false;
    }
  };
  if (isPresent()) return;
  say("installing Node 24 (npm package node)");
  execFileSync(process.execPath, ["installArchSpecificPackage"], { cwd: join(root, "node_modules/node"), stdio: ["ignore", 2, 2] });
  if (process.platform !== "win32") linkNode();
  if (!isPresent())
    fail("Node 24 could not be installed from the npm package node: install Node 24 yourself, or run npm ci with scripts allowed for it");
}

/** npm links only programs that are there when it installs. */
function linkNode() {
  mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
  rmSync(join(root, "node_modules/.bin/node"), { force: true });
  symlinkSync("../node/bin/node", join(root, "node_modules/.bin/node"));
}

function fail(message) {
  say(message);
  process.exit(1);
}

function installProgram({ what, present, apt, service, brew, otherwise }) {
  if (present()) return;
  const aptGet = isRoot && find("apt-get");
  const brewCommand = find("brew");
  if (aptGet) {
    say(`installing ${what} (apt-get install ${apt})`);
    // we start private servers only: RUNLEVEL=1 keeps Debian from starting a system service, but systemd does not ask it
    const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    run(aptGet, ["-qq", "update"], env);
    run(aptGet, ["-qq", "install", "-y", "--no-install-recommends", apt], env);
    if (service && existsSync("/run/systemd/system")) run("systemctl", ["disable", "--quiet", "--now", service]);
  } else if (brewCommand && brew) {
    say(`installing ${what} (brew install ${brew})`);
    run(brewCommand, ["install", brew]);
  }
  if (!present()) fail(otherwise);
}

installPackages();
installNode();
if (!process.argv.includes("--packages-only")) {
  installProgram({
    what: "Redis",
    present: () => process.env.REDIS_URL || process.env.QUEUE_REDIS_URL || find("redis-server", "valkey-server"),
    apt: "redis-server",
    service: "redis-server",
    brew: "redis",
    otherwise: "no Redis here: install redis-server or valkey-server, or set REDIS_URL to one that is running",
  });
}
if (process.argv.includes("--chromium")) {
  installProgram({
    what: "Chromium",
    present: () => process.env.CHROMIUM_PATH || find("chromium", "chromium-browser", "google-chrome"),
    apt: "chromium",
    otherwise: "no Chromium here: install it, or set CHROMIUM_PATH to its program",
  });
}
