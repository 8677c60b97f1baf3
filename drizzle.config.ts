import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: ["./packages/engine/src/schema.ts", "./packages/domains/src/*/schema.ts"],
  out: "./drizzle",
});
