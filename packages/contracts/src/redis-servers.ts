/** What the URLs of a Redis are those of: one server, the nodes of a Cluster, or Sentinels, which know the master by a name (`mymaster`). */
export type RedisMode = { readonly mode: "single" | "cluster" } | { readonly mode: "sentinel"; readonly sentinelName?: string };

/** Where to look for a Redis of several servers, and how to get in. */
export interface RedisServers {
  readonly nodes: { readonly host: string; readonly port: number }[];
  readonly access: { readonly username?: string; readonly password?: string; readonly tls?: object };
}

const defaultPort = { single: 6_379, cluster: 6_379, sentinel: 26_379 } as const;

/** Reads a comma-separated list of `redis://` URLs; user, password and TLS (`rediss:`) are those of the first. */
export function redisServers(urls: string, { mode }: RedisMode): RedisServers {
  const read = urls.split(",").map((one) => new URL(one.trim()));
  const { username, password, protocol } = read[0] as URL;
  return {
    nodes: read.map(({ hostname, port }) => ({ host: hostname.replace(/^\[(.+)\]$/, "$1"), port: Number(port) || defaultPort[mode] })),
    access: {
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
      ...(protocol === "rediss:" ? { tls: {} } : {}),
    },
  };
}
