import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));

/** The client as one minified module for browsers, and the files it is made of. */
export async function bundle(): Promise<{ text: string; files: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    ...{ bundle: true, minify: true, write: false, metafile: true, format: "esm", target: "es2022", platform: "browser", logLevel: "silent" },
  });
  return { text: outputFiles[0]?.text ?? "", files: Object.keys(metafile.inputs) };
}
