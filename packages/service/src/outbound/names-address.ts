import { isIP } from "node:net";

/** Whether a URL names its host by address, or this machine: an operator who writes that in a setting means it, also where it is private. */
export const namesAddress = ({ hostname }: URL): boolean => hostname === "localhost" || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
