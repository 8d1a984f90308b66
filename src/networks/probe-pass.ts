/**
 * @file The constructor's pass of one zero image through the convolutions in training mode, and the BatchNorm statistics it leaves.
 *
 * In ideal arithmetic every normalised value is 0. PyTorch evaluates the normalisation with a fused multiply-add, so what comes out
 * is the rounding error of the first layer, which each further BatchNorm amplifies; the steps below make the same roundings.
 *
 * The image is constant, so values depend only on how near a voxel lies to the borders of each axis. Voxels alike are computed once:
 * a few classes per axis instead of up to hundreds of positions.
 */
import { fma32 } from '../base/fma32';
import { product } from '../base/shape';
import type { GraphNode, Layer, Network } from './graph';
import type { Attributes } from './operations';
import type { StateTensor } from './state-dict';

/** Variance is kept from 0 by this much. */
const EPSILON = 1e-5;
/** Weight of a batch in the running statistics. */
const MOMENTUM = 0.1;
/** Stands for a position outside the volume. */
const OUTSIDE = -1;

/** Positions of an axis, each with the class of the positions that hold the same values; classes are numbered from 0. */
interface Axis {
  readonly classOf: readonly number[];
  /** Classes of the input positions that each class is computed from. */
  readonly sources: readonly (readonly number[])[];
}

/** Values of one layer, float32: [channel][class of the first axis, …]. */
interface Field {
  readonly axes: readonly Axis[];
  readonly channels: readonly Float32Array[];
}

/** An axis whose positions read the input positions `window(i)`; positions that read the same classes become one class. */
function readingAxis(input: Axis, length: number, window: (i: number) => readonly number[]): Axis {
  const known = new Map<string, number>();
  const sources: number[][] = [];
  const classOf = Array.from({ length }, (_, i) => {
    const read = window(i).map((position) => input.classOf[position] ?? OUTSIDE);
    const key = read.join();
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, sources.length);
    sources.push(read);
    return sources.length - 1;
  });
  return { classOf, sources };
}

/**
 * For every combination of classes: the flat index into the input field of each cell of its window (row-major), or OUTSIDE.
 */
function windows(axes: readonly Axis[], inputAxes: readonly Axis[]): number[][] {
  let result: number[][] = [[0]];
  axes.forEach((axis, a) => {
    const size = inputAxes[a].sources.length;
    result = result.flatMap((window) =>
      axis.sources.map((read) =>
        window.flatMap((base) => read.map((source) => (base === OUTSIDE || source === OUTSIDE ? OUTSIDE : base * size + source))),
      ),
    );
  });
  return result;
}

/** How many voxels each combination of classes stands for. */
function multiplicities(axes: readonly Axis[]): number[] {
  let result = [1];
  for (const axis of axes) {
    const counts = new Array<number>(axis.sources.length).fill(0);
    for (const c of axis.classOf) counts[c]++;
    result = result.flatMap((count) => counts.map((own) => count * own));
  }
  return result;
}

function convolve(
  field: Field,
  conv: Attributes['conv'],
  shape: readonly number[],
  weight: Float32Array,
  bias: Float32Array,
): Field {
  const { kernel, stride, padding } = conv;
  const axes = field.axes.map((axis, a) =>
    readingAxis(axis, shape[a + 1], (i) => Array.from({ length: kernel }, (_, k) => i * stride - padding + k)),
  );
  const places = windows(axes, field.axes);
  const volume = places[0].length;
  const channels = Array.from({ length: conv.outChannels }, (_, o) => {
    const out = new Float32Array(places.length);
    places.forEach((window, p) => {
      let sum = 0;
      field.channels.forEach((input, c) => {
        const start = (o * conv.inChannels + c) * volume;
        for (let k = 0; k < volume; k++) if (window[k] !== OUTSIDE) sum += weight[start + k] * input[window[k]];
      });
      out[p] = sum + bias[o];
    });
    return out;
  });
  return { axes, channels };
}

/** Front-padded max pooling of non-negative values: the padding never wins, so it is left out. */
function pool(field: Field): Field {
  const axes = field.axes.map((axis) => {
    const length = axis.classOf.length;
    const pad = length % 2;
    return readingAxis(axis, (length + pad) / 2, (i) => [2 * i - pad, 2 * i - pad + 1]);
  });
  const places = windows(axes, field.axes);
  const channels = field.channels.map((input) =>
    Float32Array.from(places, (window) => Math.max(...window.map((place) => (place === OUTSIDE ? 0 : input[place])))),
  );
  return { axes, channels };
}

interface Statistics {
  readonly mean: number;
  /** Sum of squared deviations. */
  readonly deviation: number;
}

function statistics(values: Float32Array, counts: readonly number[], n: number): Statistics {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += counts[i] * values[i];
  const mean = sum / n;
  let deviation = 0;
  for (let i = 0; i < values.length; i++) deviation += counts[i] * (values[i] - mean) ** 2;
  return { mean, deviation };
}

/** Running statistics that a BatchNorm begins with. */
export interface ProbedStatistics {
  readonly mean: Float32Array<ArrayBuffer>;
  readonly variance: Float32Array<ArrayBuffer>;
}

function normalise(field: Field, channels: number): { readonly field: Field; readonly statistics: ProbedStatistics } {
  const counts = multiplicities(field.axes);
  const n = product(field.axes.map((axis) => axis.classOf.length));
  const means = new Float32Array(channels);
  const variances = new Float32Array(channels);
  const normalised = field.channels.map((values, c) => {
    const { mean, deviation } = statistics(values, counts, n);
    means[c] = MOMENTUM * mean;
    variances[c] = 1 - MOMENTUM + MOMENTUM * Math.fround(deviation / (n - 1));
    const scale = Math.fround(1 / Math.sqrt(deviation / n + EPSILON));
    const shift = -Math.fround(Math.fround(mean) * scale);
    return values.map((value) => fma32(value, scale, shift));
  });
  return { field: { axes: field.axes, channels: normalised }, statistics: { mean: means, variance: variances } };
}

/**
 * What the pass leaves in every BatchNorm up to `probe.through`. `values`: parameters of a layer by name. Follows convolution,
 * BatchNorm, ReLU and front-padded pool; and where everything is exactly zero, which it is while no convolution has a bias, all that
 * leaves zeros zero, whatever they are scaled by.
 */
export function probeStatistics(
  network: Network,
  values: (layer: Layer) => ReadonlyMap<string, StateTensor>,
): Map<Layer, ProbedStatistics> {
  const found = new Map<Layer, ProbedStatistics>();
  const [channels, ...space] = network.inputSize;
  const floats = (layer: Layer | null, name: string): Float32Array | undefined =>
    layer === null ? undefined : (values(layer).get(name)?.data as Float32Array | undefined);
  /** 'zero': every value is. 'unread': only what zeros are scaled by depends on it. */
  const fields: (Field | 'zero' | 'unread')[] = [];
  const zeros: Field = {
    axes: space.map((length) => ({ classOf: new Array<number>(length).fill(0), sources: [[0]] })),
    channels: Array.from({ length: channels }, () => new Float32Array(1)),
  };
  for (const node of network.graph.nodes.slice(0, network.probe!.through + 1)) {
    const input = fields[node.inputs[0]] ?? 'zero';
    const zero = node.inputs.every((value) => fields[value] === 'zero');
    if (node.op === 'scale' && input === 'zero') fields.push('zero');
    else if (input === 'unread' || (zero && !keepsZero(node))) fields.push('unread');
    else if (node.op === 'conv' && node.attributes.bias) {
      const field = input === 'zero' ? zeros : input;
      fields.push(convolve(field, node.attributes, node.shape, floats(node.layer, 'weight')!, floats(node.layer, 'bias')!));
    } else if (node.op === 'batch-norm') {
      const { channels: c } = node.attributes;
      const normalised = input === 'zero' ? zeroStatistics(c) : normalise(input, c);
      found.set(node.layer!, normalised.statistics);
      fields.push(normalised.field);
    } else if (zero) fields.push('zero');
    else if (node.op === 'activation' && node.attributes.kind === 'relu' && input !== 'zero')
      fields.push({ axes: input.axes, channels: input.channels.map((own) => own.map((value) => Math.max(0, value))) });
    else if (node.op === 'pad-max-pool' && input !== 'zero') fields.push(pool(input));
    else throw new Error(`the probe pass does not follow ${node.op}`);
  }
  return found;
}

/** True for operations without an offset. */
function keepsZero(node: GraphNode): boolean {
  switch (node.op) {
    case 'linear':
    case 'sample':
      return false;
    case 'activation':
      return node.attributes.kind !== 'sigmoid';
    default:
      return true;
  }
}

function zeroStatistics(channels: number): { readonly field: 'zero'; readonly statistics: ProbedStatistics } {
  return {
    field: 'zero',
    statistics: { mean: new Float32Array(channels), variance: new Float32Array(channels).fill(1 - MOMENTUM) },
  };
}
