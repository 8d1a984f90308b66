/** @file Convolutions and transposed convolutions that PyTorch computed, with channels last. */
import { readFileSync } from 'node:fs';
import { product } from '../src/base/shape';
import { swapFeatureAxes } from '../src/engine/tfjs/layouts';

type Floats = Float32Array<ArrayBuffer>;
type Volume = [n: number, d: number, h: number, w: number, c: number];

export interface Values {
  /** [n, d, h, w, c], or the filter's [kd, k, k, …]. */
  readonly shape: Volume;
  readonly data: Floats;
}

export interface ConvolutionCase {
  readonly title: string;
  readonly rank: 2 | 3;
  readonly stride: number;
  readonly padding: number;
  /** Of d, h and w; only transposed convolutions have it. */
  readonly outputPadding: readonly [number, number, number] | undefined;
  readonly x: Values;
  /** [kd, k, k, in, out]; transposed [kd, k, k, out, in]. */
  readonly filter: Values;
  readonly y: Values;
  /** Of the output, and what follows from it. */
  readonly dy: Values;
  readonly dx: Values;
  readonly dFilter: Values;
}

interface Stored {
  readonly title: string;
  /** [n, c, …] and [out, in, …]; transposed [in, out, …]. */
  readonly shape: readonly number[];
  readonly filter: readonly number[];
  readonly stride: number;
  readonly padding: number;
  readonly output_padding?: readonly number[];
  readonly out_shape: readonly number[];
  readonly y: readonly number[];
  readonly dx: readonly number[];
  readonly dw: readonly number[];
}

const fill = (shape: readonly number[], formula: (i: number) => number): Floats =>
  Float32Array.from({ length: product(shape) }, (_, i) => formula(i));

/** Depth 1 where there is none. */
const threeAxes = (space: readonly number[], missing: number): [number, number, number] => {
  const [d, h, w] = space.length === 2 ? [missing, ...space] : space;
  return [d, h, w];
};

function volume([n, c, ...space]: readonly number[], data: Floats): Values {
  return { shape: [n, ...threeAxes(space, 1), c], data: swapFeatureAxes(data, n, c, product(space)) };
}

function filter([first, second, ...axes]: readonly number[], data: Floats): Values {
  const taps = product(axes);
  const turned = data.map((_, i) => {
    const [tap, j, k] = [Math.floor(i / (first * second)), Math.floor(i / first) % second, i % first];
    return data[(k * second + j) * taps + tap];
  });
  return { shape: [...threeAxes(axes, 1), second, first], data: turned };
}

function read(one: Stored): ConvolutionCase {
  const { shape, out_shape, stride, padding, output_padding } = one;
  return {
    title: one.title,
    rank: shape.length === 4 ? 2 : 3,
    stride,
    padding,
    outputPadding: output_padding && threeAxes(output_padding, 0),
    x: volume(
      shape,
      fill(shape, (i) => Math.sin(0.37 * i + 0.11 * (i % 13))),
    ),
    filter: filter(
      one.filter,
      fill(one.filter, (i) => Math.cos(0.71 * i + 0.23 * (i % 7))),
    ),
    y: volume(out_shape, Float32Array.from(one.y)),
    dy: volume(
      out_shape,
      fill(out_shape, (i) => ((i % 101) - 50) / 50),
    ),
    dx: volume(shape, Float32Array.from(one.dx)),
    dFilter: filter(one.filter, Float32Array.from(one.dw)),
  };
}

/** Cases of `test/golden/operations/convolutions.json`. */
export const convolutionCases: readonly ConvolutionCase[] = (
  JSON.parse(readFileSync('test/golden/operations/convolutions.json', 'utf8')) as { cases: readonly Stored[] }
).cases.map(read);

/** Largest difference relative to the largest expected value; infinite for another length or NaN. */
export function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(found[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return found.length === expected.length && !Number.isNaN(worst) ? worst / scale : Number.POSITIVE_INFINITY;
}
