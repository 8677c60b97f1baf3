/** How Node is to run a worker: its garbage is collected earlier than V8 would, and on one thread (docs/performance.md: a quarter less memory). */
export const workerFlags = ["--max-semi-space-size=8", "--heap-growing-percent=120", "--no-parallel-scavenge"] as const;
