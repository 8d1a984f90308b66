/**
 * @file How a network is cut for a device: the groups of samples that lie together, and where each parameter is.
 *
 * Small parameters lie in arenas of float32, the vectors in the first; matrices of linear layers lie apart, in chunks of outputs. The
 * gradients of the first and the optimiser's memory of both lie as they do.
 */
import { appError } from '../../base/errors';
import { product } from '../../base/shape';
import type { KernelFeature } from '../../gpu/kernel';
import type { Layer, Network } from '../../networks/graph';
import { isParameter, type StateEntry, stateEntries } from '../../networks/parameters';
import type { KernelChoice } from '../executor';
import type { TrainedParameters } from '../trained-parameters';
import { KernelPicker } from './variants/variant';
import { aligned } from './volume';

export interface LayoutLimits {
  /** Bytes of the largest window through which a kernel can see a buffer, and of the largest buffer. */
  readonly largestBinding: number;
  readonly largestBuffer: number;
  /** Bytes that the first convolution may take; beyond, it is computed slab by slab and again in the backward pass. */
  readonly slabBytes: number;
  /** Threads that a reduction is dealt out to: more for a graphics card than for a processor that plays one. */
  readonly threads: number;
  /** Store activations as f16; the input and vectors stay f32. Absent: all as f32. */
  readonly half?: boolean;
  /** What kernels may use beyond the least. Absent: nothing. */
  readonly features?: ReadonlySet<KernelFeature>;
}

/** Samples that lie together. */
export interface Group {
  readonly first: number;
  readonly size: number;
}

/** Consecutive floats of an arena. */
export interface ArenaPlace {
  readonly kind: 'arena' | 'running';
  /** Number of the arena; the running statistics have one. */
  readonly arena: number;
  readonly offset: number;
  readonly floats: number;
}

/** A matrix of a linear layer: rows of `row` floats, filled up with zeros, in buffers of so many outputs. */
export interface MatrixPlace {
  readonly kind: 'matrix';
  /** Among the linear layers. */
  readonly index: number;
  readonly row: number;
  readonly chunks: readonly { readonly first: number; readonly count: number }[];
}

export interface Placed extends StateEntry {
  readonly place: ArenaPlace | MatrixPlace;
  /** True if the optimiser changes it; it does so by weight decay alone unless it is learning. */
  readonly trained: boolean;
  /** True if its gradient is to be computed. */
  readonly learning: boolean;
}

/** A run of an arena that the optimiser changes. */
export interface TrainedRange {
  readonly arena: number;
  readonly offset: number;
  readonly floats: number;
}

export interface Layout extends LayoutLimits {
  readonly network: Network;
  readonly batchSize: number;
  readonly half: boolean;
  readonly kernels: KernelPicker;
  /** Everything of the state dict but `num_batches_tracked`, in its order. */
  readonly parameters: readonly Placed[];
  /** Floats of each arena of parameters, and of the running statistics. */
  readonly arenas: readonly number[];
  readonly running: number;
  readonly trainedRanges: readonly TrainedRange[];
}

function matrixOf(entry: StateEntry, index: number, limit: number): MatrixPlace {
  const [outputs, inputs] = entry.shape;
  const row = Math.ceil(inputs / 4) * 4;
  const together = Math.floor(limit / (row * 4));
  if (together === 0) throw appError('gpu-buffer-limit', { what: entry.name, bytes: row * 4, limit });
  const chunks = Array.from({ length: Math.ceil(outputs / together) }, (_, k) => ({
    first: k * together,
    count: Math.min(together, outputs - k * together),
  }));
  return { kind: 'matrix', index, row, chunks };
}

/** Parameters in the order in which the arenas are filled: vectors before filters, and what is trained together. */
const rankOf = (entry: StateEntry, trained: boolean): number => (entry.role === 'weight' ? 2 : 0) + (trained ? 0 : 1);

/** Lays the parameters out. Throws `gpu-buffer-limit` for one that no buffer holds. */
export function layoutOf(
  network: Network,
  batchSize: number,
  limits: LayoutLimits,
  { learning, still }: TrainedParameters,
  choice: KernelChoice = {},
): Layout {
  const limit = Math.min(limits.largestBinding, limits.largestBuffer);
  const places = new Map<string, Placed['place']>();
  const entries = stateEntries(network).filter(({ role }) => role !== 'batches');
  const [learn, move] = [new Set(learning), new Set([...learning, ...still])];
  const trained = ({ name }: StateEntry): boolean => move.has(name);
  const arenas: number[] = [];
  const trainedRanges: TrainedRange[] = [];
  let running = 0;
  let matrices = 0;
  const inArenas: StateEntry[] = [];
  for (const entry of entries) {
    if (!isParameter(entry)) {
      const floats = product(entry.shape);
      places.set(entry.name, { kind: 'running', arena: 0, offset: running, floats });
      running += aligned(floats);
    } else if (entry.role === 'weight' && entry.layer.op === 'linear') places.set(entry.name, matrixOf(entry, matrices++, limit));
    else inArenas.push(entry);
  }
  for (const entry of inArenas.toSorted((a, b) => rankOf(a, trained(a)) - rankOf(b, trained(b)))) {
    const floats = product(entry.shape);
    const bytes = aligned(floats) * 4;
    if (bytes > limit) throw appError('gpu-buffer-limit', { what: entry.name, bytes, limit });
    let arena = arenas.findIndex((used) => used * 4 + bytes <= limit);
    if (arena < 0) arena = arenas.push(0) - 1;
    const offset = arenas[arena];
    arenas[arena] += aligned(floats);
    places.set(entry.name, { kind: 'arena', arena, offset, floats });
    if (!trained(entry)) continue;
    const last = trainedRanges.findIndex((range) => range.arena === arena && range.offset + range.floats === offset);
    if (last < 0) trainedRanges.push({ arena, offset, floats: aligned(floats) });
    else trainedRanges[last] = { ...trainedRanges[last], floats: trainedRanges[last].floats + aligned(floats) };
  }
  const parameters = entries.map((entry) => ({
    ...entry,
    place: places.get(entry.name)!,
    trained: trained(entry),
    learning: learn.has(entry.name),
  }));
  const kernels = new KernelPicker(choice, limits.features ?? new Set());
  return { ...limits, half: limits.half ?? false, kernels, network, batchSize, parameters, arenas, running, trainedRanges };
}

/** A parameter of a layer, by PyTorch's name within it; undefined if the layer has none. */
export function parameterOf({ parameters }: Layout, layer: Layer | null, name: string): Placed | undefined {
  return parameters.find((one) => one.layer === layer && one.name.endsWith(`.${name}`));
}

/** Groups of a batch whose largest sample takes `bytes`: as many samples as one window shows, one at least. */
export function groupsOf(batchSize: number, bytes: number, { largestBinding, largestBuffer }: LayoutLimits): Group[] {
  const size = Math.max(1, Math.min(batchSize, Math.floor(Math.min(largestBinding, largestBuffer) / bytes)));
  return Array.from({ length: Math.ceil(batchSize / size) }, (_, g) => ({
    first: g * size,
    size: Math.min(size, batchSize - g * size),
  }));
}

/** Samples of a group when the batch has `n`. */
export const samplesIn = ({ first, size }: Group, n: number): number => Math.max(0, Math.min(size, n - first));

/** A buffer of a matrix: some of its outputs, or what the optimiser keeps of them. */
export const chunkName = (set: string, { index }: MatrixPlace, chunk: number): string => `${set}.${index}.${chunk}`;
