/**
 * @file A block in evaluation mode as one operation: convolution 3 × 3 × 3 (3 × 3 in two dimensions), BatchNorm with running
 * statistics, ReLU and front-padded max pool (window PD × 2 × 2). Only the pooled tensor is stored.
 */
import type { Constants, KernelArray, KernelExample, KernelSpec } from '../kernel';
import blockText from './block-inference.wgsl?raw';
import stemText from './block-inference-stem.wgsl?raw';
import { noise, rangeOf, rangeWords, strided } from './example-arrays';

/** Threads for one sample: `together` pooled voxels along w (2 of the stem, 4 of the others) and four channels each. */
export function blockThreads({ D, H, W, CO, PD }: Constants, together: 2 | 4): number {
  return Math.ceil(Math.ceil(W / 2) / together) * Math.ceil(H / 2) * Math.ceil(D / PD) * (CO / 4);
}

/** One value of the convolution, in doubles. */
function convolved(x: KernelArray, f: KernelArray, c: Constants, n: number, at: readonly [number, number, number], o: number) {
  const { D, H, W, CI, CO, KD, XS } = c;
  let sum = 0;
  for (let tap = 0; tap < KD * 9; tap++) {
    const pd = at[0] + Math.floor(tap / 9) - (KD >> 1);
    const ph = at[1] + (Math.floor(tap / 3) % 3) - 1;
    const pw = at[2] + (tap % 3) - 1;
    if (pd < 0 || pd >= D || ph < 0 || ph >= H || pw < 0 || pw >= W) continue;
    for (let i = 0; i < CI; i++) sum += x[n * XS + ((pd * H + ph) * W + pw) * CI + i] * f[(tap * CI + i) * CO + o];
  }
  return sum;
}

function blocks([words, x, f, norm, p]: readonly KernelArray[], c: Constants, samples: number): KernelArray {
  const { q0, qn } = rangeOf(words);
  const { D, H, W, CO, PD, ZS } = c;
  const result = p.slice();
  const sizes = [PD, 2, 2];
  const [, QH, QW] = [D, H, W].map((length, axis) => Math.ceil(length / sizes[axis]));
  for (let n = 0; n < samples; n++) {
    result.fill(0, n * ZS + q0 * QH * QW * CO, n * ZS + (q0 + qn) * QH * QW * CO);
    for (let d = 0; d < D; d++)
      for (let h = 0; h < H; h++)
        for (let w = 0; w < W; w++) {
          const [qd, qh, qw] = [
            [d, D],
            [h, H],
            [w, W],
          ].map(([place, length], axis) => Math.floor((place + (length % sizes[axis])) / sizes[axis]));
          if (qd < q0 || qd >= q0 + qn) continue;
          for (let o = 0; o < CO; o++) {
            const at = n * ZS + ((qd * QH + qh) * QW + qw) * CO + o;
            result[at] = Math.max(result[at], convolved(x, f, c, n, [d, h, w], o) * norm[o] + norm[CO + o]);
          }
        }
  }
  return result;
}

function example(
  title: string,
  n: number,
  shape: readonly [number, number, number],
  [CI, CO]: readonly [number, number],
  together: 2 | 4,
): KernelExample {
  const [D, H, W] = shape;
  const flat = D === 1 && title.includes('two dimensions');
  const [KD, PD] = flat ? [1, 1] : [3, 2];
  const XS = D * H * W * CI + 4;
  const ZS = Math.ceil(D / PD) * Math.ceil(H / 2) * Math.ceil(W / 2) * CO + 8;
  const constants = { D, H, W, CI, CO, KD, PD, XS, ZS, GROUP: n === 1 ? 16 : 64, NEAR: n === 1 ? 1 : 0 };
  return {
    title,
    constants,
    extent: { threads: blockThreads(constants, together), z: n },
    arrays: () => [
      rangeWords({ n, qn: Math.ceil(D / PD) }),
      strided(n, D * H * W * CI, XS, 1),
      noise(KD * 9 * CI * CO, 2),
      noise(4 * CO, 3),
      new Float32Array(n * ZS),
    ],
  };
}

/** A block in evaluation mode. */
export function blockSpec(name: string, wgsl: string, half: readonly string[], examples: readonly KernelExample[]): KernelSpec {
  return {
    name,
    wgsl,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'x', access: 'read' },
      { name: 'f', access: 'read' },
      { name: 'norm', access: 'read' },
      { name: 'p', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'CI', 'CO', 'KD', 'PD', 'XS', 'ZS', 'GROUP', 'NEAR'],
    half,
    windows: ['x', 'p'],
    workgroupSize: 64,
    examples,
    reference: (arrays, c, extent) => [blocks(arrays, c, extent.z)],
    tolerance: 2e-6,
  };
}

/** Of inner blocks, whose channels are multiples of 4. */
export const innerBlocks = (together: 2 | 4): readonly KernelExample[] => [
  example('one voxel', 1, [1, 1, 1], [4, 8], together),
  example('odd sizes, two samples', 2, [3, 5, 7], [8, 16], together),
  example('even sizes', 1, [4, 6, 8], [8, 8], together),
  example('one pooled voxel more than a tile', 1, [2, 3, 2 * together + 2], [4, 4], together),
  example('two dimensions', 2, [1, 9, 11], [8, 8], together),
];

export const blockInference = blockSpec('block-inference', blockText, ['x', 'p'], innerBlocks(4));

/** For the first block: any number of channels; the image stays f32. */
export const blockInferenceStem = blockSpec(
  'block-inference-stem',
  stemText,
  ['p'],
  [
    example('one voxel', 1, [1, 1, 1], [1, 8], 2),
    example('one channel, odd sizes, two samples', 2, [5, 7, 9], [1, 8], 2),
    example('three channels, even sizes', 1, [4, 2, 10], [3, 16], 2),
    example('two dimensions', 2, [1, 11, 14], [3, 8], 2),
  ],
);
