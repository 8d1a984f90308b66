/** @file Operations that draw: what they drew is kept for the way back. */
import type { Value } from '../../../networks/graph';
import { resultOf } from '../../fuse';
import type { WasmRow } from '../row';

export const dropout: WasmRow = {
  backwardReads: { inputs: false, output: false },
  kept: (fused) => ({ mask: resultOf(fused) }),
  // Where nothing comes back through it.
  scratch: (fused, phase): Readonly<Record<string, Value>> => (phase === 'forward' ? { drawn: resultOf(fused) } : {}),
  inPlace: true,
  forward(at) {
    const { functions } = at.kernels;
    const [x] = at.sources;
    return ({ n, draws }) => {
      const mask = at.kept.mask ?? at.scratch.drawn;
      mask.writePyTorch(draws(at.request(n)!), n);
      functions.multiply(x.view, mask.view, at.output.view, n);
    };
  },
  backward(at) {
    const { functions } = at.kernels;
    const [dx] = at.inputGradients;
    return ({ n }) => {
      if (dx !== null) functions.multiply(at.gradient.view, at.kept.mask.view, dx.view, n);
    };
  },
};

export const sample: WasmRow = {
  backwardReads: { inputs: true, output: false },
  kept: (fused) => ({ noise: resultOf(fused) }),
  scratch: (fused, phase): Readonly<Record<string, Value>> => (phase === 'forward' ? { drawn: resultOf(fused) } : {}),
  forward(at) {
    const { functions } = at.kernels;
    const [mu, logVar] = at.sources;
    const { output } = at;
    return ({ n, draws }) => {
      const request = at.request(n);
      if (request === null) {
        functions.times(mu.view, output.view, 1, n);
        return;
      }
      const drawn = draws(request);
      const noise = at.kept.noise ?? at.scratch.drawn;
      const shared = request.kind === 'normal' && request.shared;
      const all = shared ? repeated(drawn, n) : drawn;
      noise.writePyTorch(all, n);
      functions.sample(mu.view, logVar.view, noise.view, output.view, n);
    };
  },
  backward(at) {
    const { functions } = at.kernels;
    const [dMu, dLogVar] = at.inputGradients;
    const [, logVar] = at.sources;
    return ({ n }) => {
      if (dMu !== null) functions.times(at.gradient.view, dMu.view, 1, n);
      if (dLogVar !== null) functions.sampleGradient(logVar.view, at.kept.noise.view, at.gradient.view, dLogVar.view, n);
    };
  },
};

/** n times after one another. */
function repeated(values: Float32Array<ArrayBuffer>, n: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(n * values.length);
  for (let i = 0; i < n; i++) all.set(values, i * values.length);
  return all;
}
