import type { Cluster, Redis } from "ioredis";
import { type Life, ServerLife } from "./server-life.ts";
import { slotOf } from "./slot-of.ts";

/** The lives of a Cluster's nodes: a key's is that of the node which has its slot. */
export class ClusterLife implements Life {
  readonly #cluster: Cluster;
  readonly #lives = new Map<string, ServerLife>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    for (const node of cluster.nodes("all")) this.#met(node);
    cluster.on("+node", (node: Redis) => this.#met(node));
  }

  of(key: string): string {
    return this.#lives.get(this.#ownerOf(key))?.of(key) ?? "";
  }

  async within<T>(key: string, work: () => Promise<T>): Promise<T> {
    const owner = this.#ownerOf(key);
    const life = this.#lives.get(owner);
    const result = life ? await life.within(key, work) : await work();
    const now = this.#ownerOf(key);
    if (!life || now !== owner || this.#lives.get(now) !== life) throw new Error("another node has taken over in between");
    return result;
  }

  #met(node: Redis): void {
    this.#lives.set(`${node.options.host}:${node.options.port}`, new ServerLife(node));
  }

  #ownerOf(key: string): string {
    return this.#cluster.slots[slotOf(key)]?.[0] ?? "";
  }
}
