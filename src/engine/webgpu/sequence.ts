/** @file What the device does for a purpose, from beginning to end: the plan's steps as commands, and the tensors that they need. */
import { appError } from '../../base/errors';
import type { Network } from '../../networks/graph';
import type { Explained, LossOptions } from '../executor';
import { type Plan, plan, type Tensor } from '../plan';
import { type ReadLoss, type TrainedParameters, trainingPurpose } from '../trained-parameters';
import type { Command, TensorSource } from './command';
import { type Group, groupsOf, type Layout, type MatrixPlace, parameterOf } from './layout';
import { lossCommands } from './losses';
import { sum } from './rows/pointwise';
import { rows, table } from './rows/table';
import { type Scene, Site, type Sizes, type Stored, storedOf, widthOf } from './site';
import { volumeOf } from './volume';

/** A linear layer whose matrix the optimiser changes: rows of what it reads, and of its output's gradient. */
export interface TrainedLinear {
  readonly matrix: MatrixPlace;
  readonly x: Stored;
  readonly dz: Stored;
}

export interface Sequence {
  readonly commands: readonly Command[];
  readonly groups: readonly Group[];
  readonly input: Stored;
  readonly outputs: Readonly<Record<string, Stored>>;
  /** Of tensors that are placed: the first and last command that touches each. */
  readonly lives: ReadonlyMap<Tensor, readonly [number, number]>;
  /** Bytes of a tensor's parts, and of one of its elements. */
  partsOf(tensor: Tensor): readonly number[];
  widthOf(tensor: Tensor): 2 | 4;
  /** Tensors that one command reads and writes. */
  readonly apart: ReadonlyMap<Tensor, ReadonlySet<Tensor>>;
  readonly linears: readonly TrainedLinear[];
  /** Vectors that stay until the optimiser's step, one row for each sample that accumulated. */
  readonly rows: ReadonlyMap<Tensor, Stored>;
  /** Of an explanation: what is asked about, where its gradient is put before the commands from `from` on, and what comes of it. */
  readonly explained: {
    readonly of: Stored;
    readonly seed: Stored;
    readonly from: number;
    readonly at: Stored;
    readonly gradient: Stored;
  } | null;
}

/** The plan of a network's training, in which only these parameters learn. */
export const trainingPlan = (network: Network, loss: ReadLoss, trained: TrainedParameters): Plan =>
  plan(network.graph, trainingPurpose(network, loss, trained), table);

/** The gradient of one value with respect to another, in evaluation mode. */
export const explanationPlan = ({ graph }: Network, explained: Explained): Plan =>
  plan(graph, { kind: 'explain', ...explained }, table);

export const evaluationPlan = ({ graph }: Network): Plan => plan(graph, { kind: 'evaluate' }, table);

/**
 * Bytes of the largest sample of any value that has a place of its own, and of any convolution that is kept; vectors lie together, and
 * so may the convolution of the input, which is cut into slabs.
 */
function largestSample(planned: Plan, { graph: { nodes } }: Network, half: boolean): number {
  const sizes = [...planned.lives.keys()].map(({ like, role, what }) => {
    const { rank, stride } = volumeOf(nodes[like].shape);
    const counts = role === 'kept' ? what === 'y' && nodes[like].inputs[0] !== 0 : role !== 'scratch';
    return rank === 0 || !counts ? 0 : stride * (half && like !== 0 ? 2 : 4);
  });
  return Math.max(16, ...sizes);
}

/** The command with activations stored as f16, if the layout says so and the command does not say otherwise. */
function storing({ half }: Layout, command: Command): Command {
  const { spec, constants } = command.use;
  if (!half || spec.half === undefined) return command;
  return { ...command, use: { spec, constants: { HALF: 1, ...constants } } };
}

/** What a tensor is, for a person. */
export function describe(tensor: Tensor, { nodes }: Network['graph']): string {
  const { op, shape } = nodes[tensor.like];
  const what = { value: 'The output', gradient: 'The gradient', kept: 'What is kept', scratch: 'Room' }[tensor.role];
  return `${what} of ${op === 'input' ? 'the input' : op} (${shape.join(' × ')})`;
}

/** Writes out the commands of a plan. Throws `gpu-network` for what no kernel does. */
export function sequenceOf(layout: Layout, planned: Plan, loss: LossOptions): Sequence {
  const { network, batchSize, half } = layout;
  const { nodes } = network.graph;
  const groups = groupsOf(batchSize, largestSample(planned, network, half), layout);
  const sizes: Sizes = new Map();
  const training = planned.purpose === 'train';
  const inputTensor = [...planned.lives.keys()].find(({ role, like }) => role === 'value' && like === 0)!;
  const scene: Scene = { layout, groups, training, nodes, input: inputTensor, sizes, codes: new Set() };
  const commands: Command[] = [];
  const linears: TrainedLinear[] = [];
  let backwardFrom = 0;
  for (const [number, step] of planned.steps.entries()) {
    const site = new Site(scene, step, number);
    const row = rows[step.row as keyof typeof rows];
    if (half && row !== undefined && row.half?.(step.fused.nodes) !== true)
      throw appError('gpu-network', { what: `${step.row} with activations of 16 bits (amp)` });
    const made = {
      forward: () => row.forward(site),
      // The gradient that an explanation begins with is sent.
      loss: () => (training ? lossCommands(site, loss) : []),
      backward: () => row.backward(site),
      sum: () => sum(site),
    }[step.phase]();
    if (step.phase === 'loss') backwardFrom = commands.length;
    commands.push(...made.map((command) => storing(layout, command)));
    const [node] = step.fused.nodes;
    if (step.phase !== 'backward' || node.op !== 'linear') continue;
    const weight = parameterOf(layout, node.layer, 'weight');
    if (weight?.learning === true && weight.place.kind === 'matrix')
      linears.push({ matrix: weight.place, x: site.input(), dz: site.gradient });
  }
  const rowTensors = new Map(linears.flatMap(({ x, dz }) => [x, dz].map((one) => [one.tensor, one] as const)));
  const stored = (tensor: Tensor): Stored => storedOf(scene, tensor);
  const input = stored(inputTensor);
  const outputs = Object.fromEntries(Object.entries(planned.outputs).map(([name, tensor]) => [name, stored(tensor)]));
  const lives = new Map<Tensor, [number, number]>();
  const live = (tensor: Tensor, at: number): void => {
    if (!rowTensors.has(tensor)) lives.set(tensor, [lives.get(tensor)?.[0] ?? at, at]);
  };
  live(input.tensor, -1);
  const apart = new Map<Tensor, Set<Tensor>>();
  const keepApart = (one: Tensor, other: Tensor): void => {
    for (const [a, b] of [
      [one, other],
      [other, one],
    ])
      apart.set(a, (apart.get(a) ?? new Set()).add(b));
  };
  for (const [at, { use, sources }] of commands.entries()) {
    const seen = sources.flatMap((source, i): { tensor: Tensor; written: boolean }[] =>
      'tensor' in source ? [{ tensor: source.tensor, written: use.spec.bindings[i].access === 'write' }] : [],
    );
    for (const { tensor } of seen) live(tensor, at);
    for (const { tensor } of seen.filter(({ written }) => !written))
      for (const other of seen.filter(({ written }) => written)) keepApart(tensor, other.tensor);
  }
  if (!training) for (const { tensor } of Object.values(outputs)) live(tensor, commands.length);
  const { explained } = planned;
  const seed = planned.steps.find(({ phase }) => phase === 'loss')?.inputGradients[0];
  if (explained !== null && seed) {
    // It is sent between the two halves.
    const [begin, end] = lives.get(seed) ?? [backwardFrom, backwardFrom];
    lives.set(seed, [Math.min(begin, backwardFrom - 1), Math.max(end, backwardFrom)]);
    for (const tensor of Object.values(explained)) live(tensor, commands.length);
  }
  const partsOf = (tensor: Tensor): readonly number[] => {
    const own = sizes.get(tensor);
    if (own !== undefined) return own;
    const one = stored(tensor);
    return one.parts.map(({ size }) => size * one.stride * widthOf(one));
  };
  const width = (tensor: Tensor): 2 | 4 => (sizes.has(tensor) ? 4 : widthOf(stored(tensor)));
  return {
    commands,
    groups,
    input,
    outputs,
    lives,
    partsOf,
    widthOf: width,
    apart,
    linears,
    rows: rowTensors,
    explained:
      explained === null || !seed
        ? null
        : {
            of: stored(explained.of),
            seed: stored(seed),
            from: backwardFrom,
            at: stored(explained.at),
            gradient: stored(explained.gradient),
          },
  };
}

/** Bytes that a source shows. */
export function seenBytes(sequence: Sequence, { tensor, part, from = 0, elements }: TensorSource): number {
  const width = sequence.widthOf(tensor);
  return elements === undefined ? sequence.partsOf(tensor)[part] - from * width : elements * width;
}
