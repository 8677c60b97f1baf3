import { CaretakerError, type PayloadFault, payloadFaults } from "@caretaker/contracts";
import type { z } from "zod";

/** A payload that its job's schema refuses; `faults` says where and why. */
export class PayloadInvalid extends CaretakerError {
  override readonly code = "PAYLOAD_INVALID";
  readonly faults: PayloadFault[];

  constructor(job: string, error: z.ZodError) {
    const faults = payloadFaults(error);
    super(`payload of ${job} refused: ${faults.map(({ path, message }) => `${path || "(payload)"}: ${message}`).join("; ")}`, { cause: error });
    this.faults = faults;
  }
}
