/** @file A window of a convolution or pool, axis by axis, as `engine/wasm/window.ts` writes it. */

/** Along one axis: output i, of `count`, lies at `at` + i·`stride` and reads `taps` positions from `start` + i·`step` on. */
// @ts-expect-error: decorator
@unmanaged
export class Axis {
  taps: i32;
  start: i32;
  step: i32;
  count: i32;
  at: i32;
  stride: i32;
}

/** Of D, H and W. */
// @ts-expect-error: decorator
@inline
export function axisOf(window: usize, axis: i32): Axis {
  return changetype<Axis>(window + <usize>axis * 24);
}
