/**
 * @file How the time of a step grows with a network and a batch, on the WebAssembly kernels: a sum of what is multiplied, what is
 * written, and what the optimiser goes through. The factors were fitted to the measurements in public/guide/cost.md by
 * `npm run bench -- --cost`; a machine's own speed is one factor more, which one measured step tells.
 */
import { product } from '../base/shape';
import type { Network } from '../networks/graph';

/** Of one sample: multiplications, and values that a layer writes. Of the network: weights. In millions. */
export interface Work {
  readonly products: number;
  readonly values: number;
  readonly weights: number;
}

export const kinds = ['train', 'predict'] as const;
export type Kind = (typeof kinds)[number];

/** Milliseconds on one thread for a million of each, and for a step whatever its size. */
export interface Factors extends Work {
  readonly step: number;
}

/** Fitted: public/guide/cost.md. */
export const factorsOf: Readonly<Record<Kind, Factors>> = {
  train: { products: 0.0962, values: 2.45, weights: 5.57, step: 4.9 },
  predict: { products: 0.085, values: 1.16, weights: 1.68, step: 1.3 },
};

export function workOf({ graph: { nodes } }: Network, kind: Kind): Work {
  let [products, values, weights] = [0, 0, 0];
  for (const { op, attributes, shape, inputs } of nodes) {
    values += product(shape);
    if (op === 'linear') {
      const own = attributes.inFeatures * attributes.outFeatures;
      weights += own;
      products += kind === 'train' ? 3 * own : own;
    } else if (op === 'conv' || op === 'conv-transpose') {
      const taps = attributes.kernel ** (shape.length - 1);
      const own = attributes.inChannels * attributes.outChannels * taps;
      const places = op === 'conv' ? product(shape.slice(1)) : product(nodes[inputs[0]].shape.slice(1));
      weights += own;
      // Nobody asks for the gradient of the image itself.
      products += own * places * (kind === 'predict' ? 1 : inputs[0] === 0 ? 2 : 3);
    }
  }
  return { products: products / 1e6, values: values / 1e6, weights: weights / 1e6 };
}

/** What the factors stand before, for a batch of n. */
export function terms({ products, values, weights }: Work, n: number): Factors {
  return { products: n * products, values: n * values, weights, step: 1 };
}

export function milliseconds(factors: Factors, work: Work, n: number): number {
  const of = terms(work, n);
  return factors.products * of.products + factors.values * of.values + factors.weights * of.weights + factors.step;
}

/** On a larger batch, a measured step tells nothing more. */
const PROBE_MS = 1000;

/** Samples, of a batch of `most`, for a step that is measured: about a second's work. */
export function probeSamples(network: Network, most: number): number {
  const work = workOf(network, 'train');
  let n = most;
  while (n > 1 && milliseconds(factorsOf.train, work, n) > PROBE_MS) n = Math.ceil(n / 2);
  return n;
}

/** Milliseconds for all of `samples` in batches of `size`, when a batch of `probe` took so long. */
export function passMs(
  network: Network,
  kind: Kind,
  measured: { readonly probe: number; readonly ms: number },
  samples: number,
  size: number,
): number {
  const work = workOf(network, kind);
  const modelled = (n: number): number => (n === 0 ? 0 : milliseconds(factorsOf[kind], work, n));
  const whole = Math.floor(samples / size);
  return (measured.ms / modelled(measured.probe)) * (whole * modelled(size) + modelled(samples % size));
}
