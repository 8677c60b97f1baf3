import { createHash } from "node:crypto";

/** The id that rows carry which a job has moved: the same for all of its attempts, and made of its name, `<queue>/<id>`. */
export function runIdOf(job: string): string {
  const hex = createHash("sha256").update(job).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
