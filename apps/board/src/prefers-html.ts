import type { Request } from "express";

/** Whether a browser asked for a page, rather than a script for data. */
export const prefersHtml = (request: Request): boolean => request.accepts(["json", "html"]) === "html";
