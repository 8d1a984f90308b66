/** @file Networks around what is tested, by which an executor tells the gradient of each value that goes in. */
import { product } from '../src/base/shape';
import { Construction, Forward, module, network } from '../src/networks/construct';
import type { Layer, Network, Value } from '../src/networks/graph';
import type { Shape } from '../src/networks/operations';

export type Inside = (c: Construction, g: Forward, x: Value) => Value;

/** Name of the weight whose columns are the samples. */
export const COLUMNS = 'columns.weight';

/**
 * Sample s is 1 at place s, so that what is tested reads column s of the weight `columns`, and the gradient of that weight is the
 * gradient of each value that was read. Layers inside are named by their number and draw their parameters first. `shape`: of what is read, without the n samples.
 */
export function aroundColumns(n: number, shape: Shape, inside: Inside): Network {
  const c = new Construction();
  const g = new Forward();
  const columns = c.linear(n, product(shape));
  const space = new Array<number>(shape.length > 3 ? 3 : 2).fill(1);
  const values = g.run(columns, g.flatten(g.input([n, ...space])));
  const y = inside(c, g, shape.length === 1 ? values : g.node('reshape', { shape }, [values]));
  const output = g.shape(y).length === 1 ? y : g.flatten(y);
  c.constructed.push(c.constructed.shift()!);
  const layers = c.constructed.map((layer, i) => [layer === columns ? 'columns' : `${i}`, layer as Layer] as const);
  return network('Around', c, module('Around', layers), g, { output }, { main: 'output' });
}

/** The input of such a network: n unit vectors, channels last. */
export function unitVectors(
  n: number,
  { inputSize: [, ...space] }: Network,
): {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
} {
  return { shape: [n, ...space, n], data: Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)) };
}

/** [n, size] → [size, n]: n samples as columns. */
export function asColumns(values: ArrayLike<number>, n: number): Float32Array<ArrayBuffer> {
  const size = values.length / n;
  return Float32Array.from({ length: values.length }, (_, k) => values[(k % n) * size + Math.floor(k / n)]);
}

/** ‖a − b‖ / ‖b‖; 0 where both are 0. */
export function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (found[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return found.length === expected.length ? Math.sqrt(difference / Math.max(size, Number.MIN_VALUE)) : Number.POSITIVE_INFINITY;
}
