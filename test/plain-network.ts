/**
 * @file A network computed plainly in doubles, straight from the definitions: a second derivation of losses, for finite differences.
 * Tensors are [n, c, d, h, w] as in PyTorch; images have depth 1.
 */
import type { ConvBlock, NetworkSpec } from '../src/engine/legacy/blocks';

type Values = ReadonlyMap<string, Float64Array>;

interface Volume {
  readonly shape: readonly [n: number, c: number, d: number, h: number, w: number];
  readonly data: Float64Array;
}

const volume = (shape: Volume['shape']): Volume => ({ shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)) });

/** Kernel 3 and padding 1 along the axes in `kernel`, stride the same along all of them. */
function convolve({ shape, data }: Volume, weight: Float64Array, bias: Float64Array, block: ConvBlock, flat: boolean): Volume {
  const [n, ci, D, H, W] = shape;
  const { stride, outChannels: co } = block;
  const length = (size: number): number => Math.ceil(size / stride);
  const [OD, OH, OW] = [flat ? 1 : length(D), length(H), length(W)];
  const taps = flat ? 9 : 27;
  const y = volume([n, co, OD, OH, OW]);
  let at = 0;
  for (let s = 0; s < n; s++)
    for (let o = 0; o < co; o++)
      for (let d = 0; d < OD; d++)
        for (let h = 0; h < OH; h++)
          for (let w = 0; w < OW; w++) {
            let sum = bias[o];
            for (let i = 0; i < ci; i++)
              for (let tap = 0; tap < taps; tap++) {
                const pd = flat ? 0 : d * stride + Math.floor(tap / 9) - 1;
                const ph = h * stride + (Math.floor(tap / 3) % 3) - 1;
                const pw = w * stride + (tap % 3) - 1;
                if (pd < 0 || pd >= D || ph < 0 || ph >= H || pw < 0 || pw >= W) continue;
                sum += data[(((s * ci + i) * D + pd) * H + ph) * W + pw] * weight[(o * ci + i) * taps + tap];
              }
            y.data[at++] = sum;
          }
  return y;
}

/** BatchNorm in training mode (biased variance, eps 1e-5), then ReLU; in place. */
function normalise({ shape, data }: Volume, scale: Float64Array, shift: Float64Array): void {
  const [n, c, ...space] = shape;
  const size = space[0] * space[1] * space[2];
  for (let channel = 0; channel < c; channel++) {
    const places = Array.from({ length: n * size }, (_, i) => (Math.floor(i / size) * c + channel) * size + (i % size));
    const mean = places.reduce((sum, i) => sum + data[i], 0) / places.length;
    const variance = places.reduce((sum, i) => sum + (data[i] - mean) ** 2, 0) / places.length;
    for (const i of places)
      data[i] = Math.max(0, ((data[i] - mean) / Math.sqrt(variance + 1e-5)) * scale[channel] + shift[channel]);
  }
}

/** Windows of 2 after a zero plane in front of odd axes. */
function pool({ shape, data }: Volume, flat: boolean): Volume {
  const [n, c, D, H, W] = shape;
  const sizes = [flat ? 1 : 2, 2, 2];
  const [QD, QH, QW] = [D, H, W].map((size, axis) => Math.ceil(size / sizes[axis]));
  const p = volume([n, c, QD, QH, QW]);
  for (let s = 0; s < n * c; s++)
    for (let d = 0; d < D; d++)
      for (let h = 0; h < H; h++)
        for (let w = 0; w < W; w++) {
          const [qd, qh, qw] = [d, h, w].map((place, axis) =>
            Math.floor((place + (shape[axis + 2] % sizes[axis])) / sizes[axis]),
          );
          const to = ((s * QD + qd) * QH + qh) * QW + qw;
          p.data[to] = Math.max(p.data[to], data[((s * D + d) * H + h) * W + w]);
        }
  return p;
}

/** x [n, in] → x Wᵀ + b, [n, out]. */
function linear(x: Float64Array, n: number, weight: Float64Array, bias: Float64Array, relu: boolean): Float64Array {
  const [out, size] = [bias.length, x.length / n];
  return Float64Array.from({ length: n * out }, (_, k) => {
    const [s, o] = [Math.floor(k / out), k % out];
    let sum = bias[o];
    for (let i = 0; i < size; i++) sum += x[s * size + i] * weight[o * size + i];
    return relu ? Math.max(0, sum) : sum;
  });
}

/** Mean cross-entropy of logits [n, classes]. */
function crossEntropy(logits: Float64Array, labels: ArrayLike<number>): number {
  const n = labels.length;
  const classes = logits.length / n;
  let sum = 0;
  for (let s = 0; s < n; s++) {
    const row = logits.slice(s * classes, (s + 1) * classes);
    const top = Math.max(...row);
    sum += top + Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0)) - row[labels[s]];
  }
  return sum / n;
}

/** The training loss without dropout. `input` is [n, …space, c], as executors take it. */
export function plainLoss(spec: NetworkSpec, values: Values, input: ArrayLike<number>, labels: ArrayLike<number>): number {
  const [c, ...space] = spec.inputSize;
  const flat = space.length === 2;
  const n = labels.length;
  const [d, h, w] = flat ? [1, ...space] : space;
  const get = (name: string): Float64Array => values.get(name)!;
  let x = volume([n, c, d, h, w]);
  const voxels = d * h * w;
  for (let i = 0; i < x.data.length; i++) {
    const [s, channel, voxel] = [Math.floor(i / (c * voxels)), Math.floor(i / voxels) % c, i % voxels];
    x.data[i] = input[(s * voxels + voxel) * c + channel];
  }
  let rows = x.data;
  for (const block of spec.blocks) {
    if (block.kind === 'conv-block') {
      x = convolve(x, get(`${block.conv}.weight`), get(`${block.conv}.bias`), block, flat);
      normalise(x, get(`${block.norm}.weight`), get(`${block.norm}.bias`));
      if (block.pool) x = pool(x, flat);
      rows = x.data;
    } else if (block.kind === 'linear')
      rows = linear(rows, n, get(`${block.name}.weight`), get(`${block.name}.bias`), block.relu);
  }
  return crossEntropy(rows, labels);
}
