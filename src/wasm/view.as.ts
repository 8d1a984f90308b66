/** @file How a tensor lies in memory, and lanes of four channels at its end. */

/**
 * Voxels of C consecutive float32 values, rows of W voxels. `base` is the first voxel inside; around it may lie voxels of zeros
 * (`engine/wasm/volume.ts`), so that rows, planes and samples are given by their distances in bytes. In 2D D is 1.
 */
// @ts-expect-error: decorator
@unmanaged
export class View {
  base: usize;
  sample: usize;
  plane: usize;
  row: usize;
  D: i32;
  H: i32;
  W: i32;
  C: i32;
}

/** Address of a row. */
// @ts-expect-error: decorator
@inline
export function rowOf(v: View, n: i32, d: i32, h: i32): usize {
  return v.base + <usize>n * v.sample + <usize>d * v.plane + <usize>h * v.row;
}

/** Bytes of so many values. */
// @ts-expect-error: decorator
@inline
export function floats(count: i32): usize {
  return <usize>count << 2;
}

/** Channels rounded up to whole vectors: the length of per-channel arrays. */
// @ts-expect-error: decorator
@inline
export function lanes(C: i32): i32 {
  return (C + 3) & ~3;
}

function putSome(at: usize, v: v128, count: i32): void {
  store<f32>(at, f32x4.extract_lane(v, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(v, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(v, 2), 8);
}

/** Stores the first `count` lanes, all four if there are more. */
// @ts-expect-error: decorator
@inline
export function put(at: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(at, v);
  else putSome(at, v, count);
}
