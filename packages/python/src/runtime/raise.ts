/**
 * The one way to make a built-in exception from anywhere in the runtime. The exception classes register their maker here, so
 * that value classes need not import them.
 */
let make: (name: string, message: string | null, args?: readonly unknown[]) => Error = (name, message) =>
  new Error(`${name}: ${message ?? ''}`);

/** Makes Python's built-in exception of that name; throw it. */
export const error = (name: string, message: string | null = null, args?: readonly unknown[]): Error =>
  make(name, message, args);

/** Called once by the exception classes. */
export function setErrorMaker(maker: typeof make): void {
  make = maker;
}
