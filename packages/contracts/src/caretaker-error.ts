/** Base of every error that Caretaker raises on purpose: a stable `code` for programs, a message for people. */
export abstract class CaretakerError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
