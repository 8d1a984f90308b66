/** @file Convolution weights between PyTorch's [co, ci, (kd,) kh, kw] and the kernels' [co/8, kd, kh, kw, ci, 8]. */

/** Index of a weight in the kernels' order. */
function blockedIndex(o: number, i: number, tap: number, taps: number, ci: number): number {
  return (((o >> 3) * taps + tap) * ci + i) * 8 + (o & 7);
}

/** `co` must be a multiple of 8; `taps` is 27 or 9. */
export function toBlocked(source: Float32Array, target: Float32Array, co: number, ci: number, taps: number): void {
  let at = 0;
  for (let o = 0; o < co; o++) {
    for (let i = 0; i < ci; i++) {
      for (let tap = 0; tap < taps; tap++) target[blockedIndex(o, i, tap, taps, ci)] = source[at++];
    }
  }
}

export function fromBlocked(source: Float32Array, target: Float32Array, co: number, ci: number, taps: number): void {
  let at = 0;
  for (let o = 0; o < co; o++) {
    for (let i = 0; i < ci; i++) {
      for (let tap = 0; tap < taps; tap++) target[at++] = source[blockedIndex(o, i, tap, taps, ci)];
    }
  }
}
