import type { z } from "zod";

/** A service outside that handlers use: its name, its settings, and how it is opened with them. */
export interface Port<Service = unknown, Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  /** The environment variables that it reads, each of which reads its own output again; a process reports all that is wrong with them when it starts. */
  readonly env: Shape;
  // a method, so that ports of different settings go into one list
  create(settings: z.output<z.ZodObject<Shape>>): Service;
}

/** Gives a handler a service by its port; the first one who asks has it opened. */
export type Use = <Service, Shape extends z.ZodRawShape>(port: Port<Service, Shape>) => Service;

/** Declares a service outside, so that tests can put their own in its place and no process has to know of it. */
export const definePort = <Service, const Shape extends z.ZodRawShape>(port: Port<Service, Shape>): Port<Service, Shape> => Object.freeze(port);
