import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { onFreePort } from "./free-port.ts";
import { startServer } from "./server-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface S3Server extends AsyncDisposable {
  /** Of its only bucket, with a key id and a secret that may read and write there. */
  readonly url: string;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and folder after it was killed. */
  restart(): Promise<void>;
}

const program = createRequire(import.meta.url).resolve("s3rver/bin/s3rver.js");
const bucket = "reports";
/** The only key id that s3rver knows, and its secret. */
const keys = "S3RVER:S3RVER";

/** Starts a private S3 server (s3rver, which checks key ids, not signatures) on loopback; its data is gone with this process. */
export async function startS3(): Promise<S3Server> {
  const dir = join(temporaryFolder(), "s3");
  mkdirSync(dir);
  const settings = ["--directory", dir, "--address", "127.0.0.1", "--no-vhost-buckets", "--silent", "--configure-bucket", bucket];
  const start = (port: number) =>
    startServer({ command: process.execPath, args: [program, "--port", String(port), ...settings], ready: /listening on/, stopSignal: "SIGTERM" });
  let { server, port } = await onFreePort(start);
  return {
    url: `http://${keys}@127.0.0.1:${port}/${bucket}`,
    kill: (signal) => server.kill(signal),
    async restart() {
      server = await start(port);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
