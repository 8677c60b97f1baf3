/** The browser that the tests drive. */
export const chromiumPath = (): string => process.env.CHROMIUM_PATH || "/usr/bin/chromium";
