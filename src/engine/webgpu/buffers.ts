/** @file All buffers of a network by name, with their bytes: the list that is allocated is the list that is estimated. */
import { appError } from '../../base/errors';
import { sizeOf } from '../../gpu/buffers';
import { type OptimizerName, optimizers } from '../../vocabulary/optimizers';
import type { ExecutorRequest, LossOptions } from '../executor';
import { type Placement, place } from '../place';
import type { Tensor } from '../plan';
import { mainOutput, trainedParameters } from '../trained-parameters';
import { drawBuffer, drawnVolumes } from './draws';
import { chunkName, type Layout, type LayoutLimits, layoutOf } from './layout';
import { lossSlots } from './losses';
import { describe, evaluationPlan, explanationPlan, type Sequence, seenBytes, sequenceOf, trainingPlan } from './sequence';
import { volumeOf } from './volume';

/** Kinds of buffers; the parts of an estimate. */
export type BufferKind = 'parameters' | 'activations' | 'rows' | 'small';

export interface BufferPlan {
  readonly kind: BufferKind;
  readonly bytes: number;
}

/** A network on the device, before anything is allocated. */
export interface Design {
  readonly layout: Layout;
  readonly evaluation: Sequence;
  /** Absent where nothing will be trained. */
  readonly training: Sequence | undefined;
  /** Absent where no gradient in evaluation mode was asked for. */
  readonly explaining: Sequence | undefined;
  readonly placements: ReadonlyMap<Sequence, Placement<Tensor>>;
  readonly optimizer: OptimizerName;
  readonly loss: LossOptions;
  /** Tensors that the optimiser keeps of a parameter. */
  readonly slots: readonly string[];
  readonly buffers: ReadonlyMap<string, BufferPlan>;
}

export const arenaName = (index: number): string => `arena.${index}`;
export const rowsName = ({ name }: Tensor): string => `rows.${name}`;

/** Offsets of bindings are multiples of this many bytes. */
const ALIGNMENT = 256;

/** Throws `gpu-buffer-limit` for a tensor of which a kernel would have to see more than the device can show. */
function checkWindows(sequence: Sequence, { network, largestBinding, largestBuffer }: Layout): void {
  for (const { sources } of sequence.commands)
    for (const source of sources) {
      if (!('tensor' in source) || sequence.rows.has(source.tensor)) continue;
      const bytes = seenBytes(sequence, source);
      if (bytes > largestBinding)
        throw appError('gpu-buffer-limit', { what: describe(source.tensor, network.graph), bytes, limit: largestBinding });
    }
  for (const tensor of sequence.lives.keys())
    for (const bytes of sequence.partsOf(tensor))
      if (bytes > largestBuffer)
        throw appError('gpu-buffer-limit', { what: describe(tensor, network.graph), bytes, limit: largestBuffer });
}

/** Where the tensors of a sequence lie; the largest arena comes first. */
function placed(sequence: Sequence, layout: Layout): Placement<Tensor> {
  checkWindows(sequence, layout);
  const { partsOf, apart } = sequence;
  const { places, arenas } = place(sequence, { partsOf, align: ALIGNMENT, largest: layout.largestBuffer, apart });
  const order = arenas.map((_, index) => index).sort((a, b) => arenas[b] - arenas[a]);
  const rank = new Map(order.map((old, index) => [old, index]));
  const renamed = [...places].map(
    ([tensor, parts]) => [tensor, parts.map((one) => ({ ...one, arena: rank.get(one.arena)! }))] as const,
  );
  return { places: new Map(renamed), arenas: order.map((old) => arenas[old]) };
}

function buffersOf({
  layout,
  evaluation,
  training,
  explaining,
  placements,
  slots,
  loss,
}: Omit<Design, 'buffers'>): Map<string, BufferPlan> {
  const result = new Map<string, BufferPlan>();
  const add = (kind: BufferKind, name: string, bytes: number): void => void result.set(name, { kind, bytes: sizeOf(bytes) });
  const { network, batchSize, parameters, arenas, running } = layout;
  // The backward pass of an explanation writes gradients of biases, too; nobody reads them.
  const beside = explaining === undefined ? [] : ['gradients'];
  const sets = training === undefined ? ['weights', ...beside] : ['weights', 'gradients', ...slots.map((_, k) => `slots.${k}`)];
  for (const set of sets) for (const [index, floats] of arenas.entries()) add('parameters', `${set}.${index}`, floats * 4);
  add('parameters', 'running', running * 4);
  for (const { place: at, trained } of parameters) {
    if (at.kind !== 'matrix') continue;
    const kept = training === undefined || !trained ? [] : slots.map((_, k) => `slot${k}`);
    for (const set of ['matrix', ...kept])
      for (const [chunk, { count }] of at.chunks.entries()) add('parameters', chunkName(set, at, chunk), count * at.row * 4);
  }
  const all = [evaluation, training, explaining].filter((one) => one !== undefined);
  for (const sequence of all)
    for (const [index, bytes] of placements.get(sequence)!.arenas.entries()) {
      const before = result.get(arenaName(index))?.bytes ?? 0;
      add('activations', arenaName(index), Math.max(before, bytes));
    }
  for (const [name, bytes] of rowBuffers(training, batchSize)) add('rows', name, bytes);
  for (const [node, { stride }] of drawnVolumes(network.graph.nodes))
    if (training !== undefined || network.graph.nodes[node].op === 'sample')
      add('small', drawBuffer(node), batchSize * stride * 4);
  if (training !== undefined) {
    // Volumes are compared with the input, which is there.
    const target = volumeOf(network.graph.nodes[network.graph.outputs[mainOutput(network)]].shape);
    const numbers = Math.max(target.stride, loss.heads?.length ?? 1);
    add('small', 'target', target.rank === 0 ? batchSize * numbers * 4 : 0);
    add('small', 'losses', lossSlots * 4);
  }
  return result;
}

/** Rows of linear layers, for so many samples. */
export function rowBuffers(training: Sequence | undefined, capacity: number): Map<string, number> {
  return new Map([...(training?.rows ?? [])].map(([tensor, { stride }]) => [rowsName(tensor), capacity * stride * 4]));
}

export type DesignRequest = Pick<
  ExecutorRequest,
  'network' | 'loss' | 'optimizer' | 'frozen' | 'batchSize' | 'predictOnly' | 'kernels' | 'explain'
>;

/** Designs a network. Throws `gpu-network` for what no kernel does, `gpu-buffer-limit` for what fits into no buffer. */
export function designOf(request: DesignRequest, limits: LayoutLimits): Design {
  const { network, loss, optimizer, frozen, batchSize, predictOnly = false, explain } = request;
  const trained = explain === undefined ? trainedParameters(network, loss, frozen) : { learning: [], still: [] };
  const layout = layoutOf(network, batchSize, limits, trained, request.kernels);
  const evaluation = sequenceOf(layout, evaluationPlan(network), loss);
  const explaining = explain === undefined ? undefined : sequenceOf(layout, explanationPlan(network, explain), loss);
  const trains = !predictOnly && explain === undefined;
  const training = !trains ? undefined : sequenceOf(layout, trainingPlan(network, loss, trained), loss);
  const sequences = [evaluation, training, explaining].filter((one) => one !== undefined);
  const placements = new Map(sequences.map((sequence) => [sequence, placed(sequence, layout)]));
  const { tensors: slots } = optimizers[optimizer.optimizer];
  const design = { layout, evaluation, training, explaining, placements, optimizer: optimizer.optimizer, loss, slots };
  return { ...design, buffers: buffersOf(design) };
}

export interface MemoryEstimate {
  /** Bytes on the device during a training step. */
  readonly bytes: number;
  readonly parts: Readonly<Record<BufferKind, number>>;
}

export function bytesOf(design: Design): MemoryEstimate {
  const parts = { parameters: 0, activations: 0, rows: 0, small: 0 };
  for (const { kind, bytes } of design.buffers.values()) parts[kind] += bytes;
  return { bytes: parts.parameters + parts.activations + parts.rows + parts.small, parts };
}

/** Device memory of training a network (or of prediction alone) with such batches. Throws what `designOf` throws. */
export const estimateMemory = (request: DesignRequest, limits: LayoutLimits): MemoryEstimate =>
  bytesOf(designOf(request, limits));
