/** @file The zeros around a view. */
import { claim, next } from './team.as';
import { floats, rowOf, View } from './view.as';

/** Sets the zeros around a view again; as many planes, rows and voxels of them on each side as are told. */
export function clearHalo(v: View, N: i32, d0: i32, d1: i32, h0: i32, h1: i32, w0: i32, w1: i32): void {
  const voxel = floats(v.C);
  const left = <usize>w0 * voxel;
  const right = <usize>w1 * voxel;
  const inner = <usize>v.W * voxel;
  const planes = d0 + v.D + d1;
  const parts = N * planes;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / planes;
    const d = (part % planes) - d0;
    const plane = rowOf(v, n, d, 0);
    if (d < 0 || d >= v.D) {
      memory.fill(plane - <usize>h0 * v.row - left, 0, <usize>(h0 + v.H + h1) * v.row);
      continue;
    }
    memory.fill(plane - <usize>h0 * v.row - left, 0, <usize>h0 * v.row);
    for (let h = 0; h < v.H; h++) {
      const row = plane + <usize>h * v.row;
      memory.fill(row - left, 0, left);
      memory.fill(row + inner, 0, right);
    }
    memory.fill(plane + <usize>v.H * v.row - left, 0, <usize>h1 * v.row);
  }
}
