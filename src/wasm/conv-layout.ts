/**
 * @file Convolution weights between PyTorch's [co, ci, (kd,) kh, kw] and the kernels' [⌈co/8⌉, kd, kh, kw, ci, 8], or
 * [co, kd, kh, kw, ci] for less than four output channels. Of a transposed convolution co is what goes in and ci what comes out.
 */

/** Values that weights take in the kernels' order. */
export function weightFloats(co: number, ci: number, taps: number): number {
  return (co < 4 ? co : 8 * Math.ceil(co / 8)) * ci * taps;
}

/** Calls with the index of each weight in PyTorch's order and in the kernels'. */
function visit(co: number, ci: number, taps: number, one: (pytorch: number, kernel: number) => void): void {
  let at = 0;
  for (let o = 0; o < co; o++) {
    for (let i = 0; i < ci; i++) {
      for (let tap = 0; tap < taps; tap++)
        one(at++, co < 4 ? (o * taps + tap) * ci + i : (((o >> 3) * taps + tap) * ci + i) * 8 + (o & 7));
    }
  }
}

export function toKernelOrder(source: Float32Array, target: Float32Array, co: number, ci: number, taps: number): void {
  visit(co, ci, taps, (pytorch, kernel) => {
    target[kernel] = source[pytorch];
  });
}

export function fromKernelOrder(source: Float32Array, target: Float32Array, co: number, ci: number, taps: number): void {
  visit(co, ci, taps, (pytorch, kernel) => {
    target[pytorch] = source[kernel];
  });
}
