/** @file Memory that is given back at once, not when a garbage collector finds time. */

/** The buffer has no bytes afterwards; where the engine cannot do that (Node 20), nothing happens. */
export function release(buffer: ArrayBuffer): void {
  // ES2024, which TypeScript's library for ES2022 has not.
  (buffer as { transfer?: (bytes: number) => ArrayBuffer }).transfer?.(0);
}
