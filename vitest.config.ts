import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const needsBrowser = "**/*.e2e.test.ts";
const ours = ["**/src/**/*.test.ts", "**/test/**/*.test.ts"];

/** Tests start real servers and processes: generous limits for a hang, no parallel files on two cores. */
const common = {
  globalSetup: fileURLToPath(new URL("./packages/stack/src/vitest-setup.ts", import.meta.url)),
  testTimeout: 60_000,
  hookTimeout: 120_000,
  fileParallelism: false,
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: "unit", include: ours, exclude: [needsBrowser, "**/node_modules/**"] } },
      { test: { ...common, name: "e2e", include: [needsBrowser], exclude: ["**/node_modules/**"] } },
    ],
  },
});
