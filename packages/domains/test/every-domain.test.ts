import { describeDomain } from "@caretaker/engine/describe-domain";
import { createDomains } from "../src/index.ts";
import { openDomain } from "./open-domain.ts";

for (const { name } of createDomains()) describeDomain(name, () => openDomain(name));
