/** @file Room for messages between pieces of a long calculation. */

const INTERVAL_MS = 50;

let lastTurn = 0;

/**
 * A turn of the event loop, if the last one was more than 50 ms ago: only then does a worker hear that it shall stop. Long loops
 * await it once per piece of work, and look at their signal afterwards.
 */
export async function letMessagesIn(): Promise<void> {
  if (performance.now() - lastTurn < INTERVAL_MS) return;
  await new Promise((resolve) => setTimeout(resolve));
  lastTurn = performance.now();
}
