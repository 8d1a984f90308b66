/** @file Adam as in PyTorch (β 0.9 and 0.999, ε 1e-8, weight decay added to the gradient). */
import type { KernelArray, KernelSpec } from '../kernel';
import adamText from './adam.wgsl?raw';
import { noise, strided } from './example-arrays';
import linearAdamText from './linear-adam.wgsl?raw';

/** The four numbers of an `Adam` record for step t = 1, 2, …; `rows` are those of the linear layers' inputs. */
export function adamNumbers(t: number, learningRate: number, weightDecay: number, rows: number): Float32Array<ArrayBuffer> {
  return Float32Array.of(learningRate / (1 - 0.9 ** t), Math.sqrt(1 - 0.999 ** t), weightDecay, rows);
}

/** New w, m, v of one weight with gradient g. */
function update(hyper: KernelArray, w: number, g: number, m: number, v: number): [number, number, number] {
  const [size, root, decay] = hyper;
  const gradient = g + decay * w;
  const first = 0.9 * m + 0.1 * gradient;
  const second = 0.999 * v + 0.001 * gradient * gradient;
  return [w - (size * first) / (Math.sqrt(second) / root + 1e-8), first, second];
}

/** All parameters but the matrices of linear layers; clears the gradient. */
export const adam: KernelSpec = {
  name: 'adam',
  wgsl: adamText,
  bindings: [
    { name: 'adam', access: 'uniform' },
    { name: 'w', access: 'write' },
    { name: 'g', access: 'write' },
    { name: 'm', access: 'write' },
    { name: 'v', access: 'write' },
  ],
  constants: ['SIZE'],
  workgroupSize: 64,
  examples: [4, 524].map((SIZE) => ({
    title: `${SIZE} weights`,
    constants: { SIZE },
    extent: { threads: SIZE / 4, z: 1 },
    arrays: () => [
      adamNumbers(SIZE, 1e-3, 1e-2, 0),
      noise(SIZE, 1),
      noise(SIZE, 2),
      noise(SIZE, 3),
      noise(SIZE, 4).map(Math.abs),
    ],
  })),
  reference: ([hyper, w, g, m, v]) => {
    const news = Array.from(w, (value, i) => update(hyper, value, g[i], m[i], v[i]));
    const column = (k: number): KernelArray => Float32Array.from(news, (all) => all[k]);
    return [column(0), new Float32Array(g.length), column(1), column(2)];
  },
  tolerance: 1e-6,
};

/** The matrix of a linear layer (or some of its outputs): gradient and step at once. */
export const linearAdam: KernelSpec = {
  name: 'linear-adam',
  wgsl: linearAdamText,
  bindings: [
    { name: 'adam', access: 'uniform' },
    { name: 'x', access: 'read' },
    { name: 'dz', access: 'read' },
    { name: 'w', access: 'write' },
    { name: 'm', access: 'write' },
    { name: 'v', access: 'write' },
  ],
  constants: ['I', 'XS', 'GS', 'FIRST', 'COUNT'],
  workgroupSize: 64,
  examples: [
    { title: 'one output', rows: 1, I: 4, XS: 4, GS: 4, FIRST: 0, COUNT: 1 },
    { title: 'a later chunk, five rows', rows: 5, I: 36, XS: 40, GS: 13, FIRST: 3, COUNT: 7 },
    { title: 'rows of 13', rows: 3, I: 13, XS: 16, GS: 4, FIRST: 0, COUNT: 3 },
    { title: 'rows of 15', rows: 2, I: 15, XS: 24, GS: 3, FIRST: 1, COUNT: 2 },
  ].map(({ title, rows, ...constants }) => {
    const { I, XS, GS, COUNT } = constants;
    const row = Math.ceil(I / 4) * 4;
    const weights = (seed: number): Float32Array<ArrayBuffer> =>
      strided(COUNT, I, row, seed).map((value) => (Number.isNaN(value) ? 0 : value));
    return {
      title,
      constants,
      extent: { threads: (row * COUNT) / 4, z: 1 },
      arrays: () => [
        adamNumbers(3, 1e-3, 1e-2, rows),
        strided(rows, I, XS, 5),
        noise(rows * GS, 6),
        weights(7),
        weights(8),
        weights(9).map(Math.abs),
      ],
    };
  }),
  reference: ([hyper, x, dz, w, m, v], { I, XS, GS, FIRST }) => {
    const row = Math.ceil(I / 4) * 4;
    const news = Array.from(w, (value, at) => {
      const i = at % row;
      let g = 0;
      if (i < I) for (let r = 0; r < hyper[3]; r++) g += dz[r * GS + FIRST + Math.floor(at / row)] * x[r * XS + i];
      return update(hyper, value, g, m[at], v[at]);
    });
    return [0, 1, 2].map((k) => Float32Array.from(news, (all) => all[k]));
  },
  tolerance: 1e-6,
};
