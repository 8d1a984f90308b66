/** @file How many threads may share the work of the processor. */

/** More give nothing: memory is the limit by then. */
const MOST = 16;

/** Every core of the processor; one thread where the page is not isolated from others, since no memory can be shared then. */
export function threadsHere(): number {
  return globalThis.crossOriginIsolated ? Math.min(MOST, navigator.hardwareConcurrency) : 1;
}
