import { type Browser, chromium } from "playwright-core";
import { chromiumPath } from "./env.ts";

/** Without these, Chromium looks up its maker's hosts at every start. */
const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Debian's Chromium, without a window. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu", ...quiet] });
