import type { Request } from "express";

/** Whether a request changes nothing, by its method. */
export const readsOnly = ({ method }: Request): boolean => method === "GET" || method === "HEAD";
