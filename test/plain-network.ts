/**
 * @file A network's training pass in double, operation by operation as PyTorch's documentation defines it: the witness that finite
 * differences are taken of. Values are [n, c, …space] in row-major order; nothing is shared with an engine.
 */
import { product } from '../src/base/shape';
import { type GraphNode, layerNames, type Network, type Value } from '../src/networks/graph';
import type { Attributes, Op, Shape, Window } from '../src/networks/operations';

export type Doubles = Float64Array<ArrayBuffer>;

interface Site {
  readonly n: number;
  /** Without the batch. */
  readonly shapes: readonly Shape[];
  readonly shape: Shape;
  /** Of the node's layer, by its name there. */
  readonly parameter: (name: string) => Doubles;
  /** Numbers that were drawn for the node. */
  readonly drawn: () => ArrayLike<number>;
  readonly node: object;
  /** Of a pool whose places a `max-unpool` uses: values and shape of what it pooled. */
  readonly pooled: () => { readonly values: Doubles; readonly shape: Shape; readonly pool: object };
}
type Row<K extends Op> = (inputs: readonly Doubles[], attributes: Attributes[K], site: Site) => Doubles;

const EPSILON = 1e-5;

/** [d, h, w]; images have depth 1. */
const spaceOf = ([, ...space]: Shape): readonly number[] => [1, 1, ...space].slice(-3);

/** Calls for every place of a volume. */
function everyPlace([d, h, w]: readonly number[], visit: (place: readonly number[]) => void): void {
  for (let z = 0; z < d; z++) for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) visit([z, y, x]);
}
/** Row-major number of a place; −1 outside. */
function at(place: readonly number[], space: readonly number[]): number {
  if (place.some((p, axis) => p < 0 || p >= space[axis])) return -1;
  return (place[0] * space[1] + place[1]) * space[2] + place[2];
}

/** What a window at each place of the small side reaches of the large side: `reached[place · taps + tap]`, −1 outside. */
interface Reach {
  readonly taps: number;
  readonly reached: Int32Array;
}
/** `front`: zeros that lie in front of each axis beside the padding. Known by node, as passes are many. */
const reaches = new WeakMap<object, Reach>();
function reachOf(key: object, { kernel, stride, padding }: Window, small: Shape, large: Shape, front = [0, 0, 0]): Reach {
  const known = reaches.get(key);
  if (known !== undefined) return known;
  const rank = small.length - 1;
  // Along axes that an image lacks a window does nothing.
  const along = [0, 1, 2].map((axis) => (axis < 3 - rank ? [1, 1, 0] : [kernel, stride, padding]));
  const reached: number[] = [];
  everyPlace(spaceOf(small), (place) =>
    everyPlace(
      along.map(([size]) => size),
      (tap) =>
        reached.push(
          at(
            place.map((p, axis) => p * along[axis][1] - along[axis][2] - front[axis] + tap[axis]),
            spaceOf(large),
          ),
        ),
    ),
  );
  const made = { taps: kernel ** rank, reached: Int32Array.from(reached) };
  reaches.set(key, made);
  return made;
}

/** Both convolutions: a `forward` one gathers into its small side, a transposed one scatters from it. */
function convolve(
  x: Doubles,
  a: Attributes['conv'],
  { n, node, shapes: [from], shape, parameter }: Site,
  forward: boolean,
): Doubles {
  const weight = parameter('weight');
  const { taps, reached } = reachOf(node, a, forward ? shape : from, forward ? from : shape);
  const [before, after] = [product(from.slice(1)), product(shape.slice(1))];
  const y = new Float64Array(n * product(shape));
  for (let s = 0; s < n; s++)
    for (let o = 0; o < a.outChannels; o++) {
      const to = (s * a.outChannels + o) * after;
      if (a.bias) y.fill(parameter('bias')[o], to, to + after);
      for (let i = 0; i < a.inChannels; i++) {
        const read = (s * a.inChannels + i) * before;
        const filter = (forward ? o * a.inChannels + i : i * a.outChannels + o) * taps;
        for (let k = 0; k < reached.length; k++) {
          if (reached[k] < 0) continue;
          const [place, tap] = [Math.floor(k / taps), k % taps];
          if (forward) y[to + place] += weight[filter + tap] * x[read + reached[k]];
          else y[to + reached[k]] += weight[filter + tap] * x[read + place];
        }
      }
    }
  return y;
}

/** (v − mean) / √(variance + ε) over groups of values; `groupOf`: by number of the value. */
function normalise(x: Doubles, groups: number, groupOf: (i: number) => number): Doubles {
  const [sums, squares, counts] = [0, 1, 2].map(() => new Float64Array(groups));
  x.forEach((value, i) => {
    sums[groupOf(i)] += value;
    counts[groupOf(i)]++;
  });
  x.forEach((value, i) => {
    squares[groupOf(i)] += (value - sums[groupOf(i)] / counts[groupOf(i)]) ** 2;
  });
  return x.map((value, i) => {
    const g = groupOf(i);
    return (value - sums[g] / counts[g]) / Math.sqrt(squares[g] / counts[g] + EPSILON);
  });
}

const curves: Readonly<Record<Attributes['activation']['kind'], (v: number, slope: number) => number>> = {
  relu: (v) => Math.max(v, 0),
  leaky: (v, slope) => (v < 0 ? slope * v : v),
  elu: (v) => (v < 0 ? Math.expm1(v) : v),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  tanh: Math.tanh,
};

/** The first maximum of every window of every channel, and its place in the channel; −1 where it is `outside`, which padding holds. */
function maxima(x: Doubles, { taps, reached }: Reach, before: number, outside: number) {
  const after = reached.length / taps;
  const values = new Float64Array((x.length / before) * after).fill(Number.NEGATIVE_INFINITY);
  const places = new Int32Array(values.length);
  for (let k = 0; k < values.length * taps; k++) {
    const i = Math.floor(k / taps);
    const place = reached[k % reached.length];
    const value = place < 0 ? outside : x[Math.floor(i / after) * before + place];
    if (value <= values[i]) continue;
    values[i] = value;
    places[i] = place;
  }
  return { values, places };
}

/** Windows of 2 behind one zero in front of axes of odd size. */
function halved(x: Doubles, pool: object, from: Shape, to: Shape) {
  const front = spaceOf(from).map((size, axis) => (axis < 4 - from.length ? 0 : size % 2));
  const reach = reachOf(pool, { kernel: 2, stride: 2, padding: 0 }, to, from, front);
  return maxima(x, reach, product(from.slice(1)), 0);
}

/** Number of the channel, over all samples, by that of the value. */
const channelOf = (shape: Shape) => {
  const voxels = product(shape.slice(1));
  return (i: number): number => Math.floor(i / voxels);
};

const rows: { readonly [K in Op]: Row<K> } = {
  input: ([x]) => x,
  conv: ([x], a, site) => convolve(x, a, site, true),
  'conv-transpose': ([x], a, site) => convolve(x, a, site, false),
  linear: ([x], { inFeatures, outFeatures }, { n, parameter }) => {
    const [weight, bias] = [parameter('weight'), parameter('bias')];
    return Float64Array.from({ length: n * outFeatures }, (_, k) => {
      const [s, o] = [Math.floor(k / outFeatures), k % outFeatures];
      let sum = bias[o];
      for (let i = 0; i < inFeatures; i++) sum += weight[o * inFeatures + i] * x[s * inFeatures + i];
      return sum;
    });
  },
  'batch-norm': ([x], { channels }, { shape, parameter }) => {
    const channel = channelOf(shape);
    const [weight, bias] = [parameter('weight'), parameter('bias')];
    const normed = normalise(x, channels, (i) => channel(i) % channels);
    return normed.map((value, i) => value * weight[channel(i) % channels] + bias[channel(i) % channels]);
  },
  'instance-norm': ([x], { channels }, { n, shape }) => normalise(x, n * channels, channelOf(shape)),
  activation: ([x], { kind, slope = 0.01 }) => x.map((value) => curves[kind](value, slope)),
  dropout: ([x], _, { drawn }) => x.map((value, i) => value * drawn()[i]),
  'pad-max-pool': ([x], _, { node, shapes: [from], shape }) => halved(x, node, from, shape).values,
  'max-unpool': ([x], { like }, { n, shapes: [from], pooled }) => {
    const { values, shape, pool } = pooled();
    const { places } = halved(values, pool, shape, from);
    const [few, many] = [product(from.slice(1)), product(like.slice(1))];
    const y = new Float64Array(n * product(like));
    places.forEach((place, i) => {
      if (place >= 0) y[Math.floor(i / few) * many + place] = x[i];
    });
    return y;
  },
  'max-pool': ([x], window, { node, shapes: [from], shape }) =>
    maxima(x, reachOf(node, window, shape, from), product(from.slice(1)), Number.NEGATIVE_INFINITY).values,
  mean: ([x], _, { n, shapes: [[c, ...space]] }) => {
    const y = new Float64Array(n * c);
    x.forEach((value, i) => {
      y[Math.floor(i / product(space))] += value / product(space);
    });
    return y;
  },
  reshape: ([x]) => x,
  upsample: ([x], { by }, { n, node, shapes: [from], shape }) => {
    // The small side reaches each place of the large side once.
    const { taps, reached } = reachOf(node, { kernel: by, stride: by, padding: 0 }, from, shape);
    const [few, many] = [product(from.slice(1)), product(shape.slice(1))];
    const y = new Float64Array(n * product(shape));
    y.forEach((_value, i) => {
      const [channel, k] = [Math.floor(i / many), i % many];
      y[channel * many + reached[k]] = x[channel * few + Math.floor(k / taps)];
    });
    return y;
  },
  add: ([a, b]) => a.map((value, i) => value + b[i]),
  concat: (inputs, _, { n, shapes }) =>
    Float64Array.from(
      Array.from({ length: n }, (_sample, s) =>
        inputs.map((x, k) => [...x.subarray(s * product(shapes[k]), (s + 1) * product(shapes[k]))]),
      ).flat(2),
    ),
  scale: ([x, factors], _, { shape }) => x.map((value, i) => value * factors[channelOf(shape)(i)]),
  sample: ([mu, logVar], { draw }, { shape, drawn }) =>
    mu.map((value, i) => value + Math.exp(logVar[i] / 2) * drawn()[draw === 'per batch' ? i % product(shape) : i]),
  'reverse-gradient': ([x]) => x,
};

export interface PlainPass {
  readonly n: number;
  /** [n, c, …space] */
  readonly input: Doubles;
  /** By name in the state dict. */
  readonly parameters: ReadonlyMap<string, Doubles>;
  /** By node. */
  readonly drawn: ReadonlyMap<Value, ArrayLike<number>>;
}

/** Values of a network's nodes in training mode. */
export function plainValues(network: Network, { n, input, parameters, drawn }: PlainPass): readonly Doubles[] {
  const names = layerNames(network);
  const { nodes } = network.graph;
  const values: Doubles[] = [];
  nodes.forEach((node: GraphNode, value) => {
    const row = rows[node.op] as Row<Op>;
    const inputs = node.op === 'input' ? [input] : node.inputs.map((one) => values[one]);
    const site: Site = {
      n,
      node,
      shapes: node.inputs.map((one) => nodes[one].shape),
      shape: node.shape,
      parameter: (name) => parameters.get(`${names.get(node.layer!)}.${name}`)!,
      drawn: () => drawn.get(value)!,
      pooled: () => {
        const pool = nodes[node.inputs[1]];
        const [before] = pool.inputs;
        return { values: values[before], shape: nodes[before].shape, pool };
      },
    };
    values.push(row(inputs, node.attributes as Attributes[Op], site));
  });
  return values;
}
