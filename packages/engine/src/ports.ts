import type { Port, Use } from "@caretaker/queue";
import { z } from "zod";

/** A port, and how its service is opened. */
export interface BoundPort {
  readonly name: string;
  readonly open: () => unknown;
}

/** A port with its settings, read from the environment already or not. */
export const bindPort = <Service, Shape extends z.ZodRawShape>(port: Port<Service, Shape>, settings: z.input<z.ZodObject<Shape>>): BoundPort => ({
  name: port.name,
  open: () => port.create(z.object(port.env).parse(settings) as z.output<z.ZodObject<Shape>>),
});

/** A service in a port's place. */
export const standIn = <Service, Shape extends z.ZodRawShape>(port: Port<Service, Shape>, service: Service): BoundPort => ({
  name: port.name,
  open: () => service,
});

/** Services outside, each opened when it is first used; of two for one port the later counts. Disposing of them closes those that were opened. */
export function openPorts(bound: readonly BoundPort[]): AsyncDisposable & { readonly use: Use } {
  const ports = new Map(bound.map((port) => [port.name, port]));
  const opened = new Map<string, unknown>();
  const use = ({ name }: { readonly name: string }) => {
    const port = ports.get(name);
    if (!port) throw new Error(`nothing stands behind port ${name}: it is in no domain's ports`);
    if (!opened.has(name)) opened.set(name, port.open());
    return opened.get(name);
  };
  return {
    use: use as Use,
    async [Symbol.asyncDispose]() {
      await Promise.all([...opened.values()].map((service) => isDisposable(service) && service[Symbol.asyncDispose]()));
    },
  };
}

const isDisposable = (service: unknown): service is AsyncDisposable =>
  (typeof service === "object" || typeof service === "function") && service !== null && Symbol.asyncDispose in service;
