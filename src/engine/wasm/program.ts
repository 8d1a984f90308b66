/** @file A plan on the heap: every tensor with a place, every step as calls of kernels. */
import { type Network, rankOf } from '../../networks/graph';
import type { Shape } from '../../networks/operations';
import type { Kernels } from '../../wasm/kernels';
import { drawsOf } from '../draws';
import { type Fused, resultOf } from '../fuse';
import { type Placement, place } from '../place';
import type { Plan, Step, Tensor } from '../plan';
import type { WasmParameters } from './parameters';
import type { AtBackward, Command, Pass, Sizes, WasmRow } from './row';
import { rowTable } from './rows/table';
import { type Halo, joinHalos, noHalo, Volume } from './volume';

const rowOf = (step: Step): WasmRow => rowTable[step.row as keyof typeof rowTable];
const hasRow = ({ phase }: Step): boolean => phase === 'forward' || phase === 'backward';

function sizesOf(network: Network, { fused }: Step): Sizes {
  const inputs = fused.inputs.map((value) => network.graph.nodes[value].shape);
  return { rank: rankOf(network), nodes: fused.nodes, inputs };
}

/** Zeros that somebody reads around each tensor. */
function halosOf(network: Network, { steps }: Plan): Map<Tensor, Halo> {
  const halos = new Map<Tensor, Halo>();
  const join = (tensor: Tensor | null, halo: Halo | undefined): void => {
    if (tensor !== null && halo !== undefined) halos.set(tensor, joinHalos(halos.get(tensor) ?? noHalo, halo));
  };
  for (const step of steps.filter(hasRow)) {
    const sizes = sizesOf(network, step);
    join(step.inputs[0], rowOf(step).reads?.(sizes));
    join(step.gradient, rowOf(step).readsGradient?.(sizes));
  }
  return halos;
}

/** Shape of each kept or scratch tensor that has not that of a value. */
function roomsOf(network: Network, { steps }: Plan): Map<Tensor, Shape> {
  const rooms = new Map<Tensor, Shape>();
  for (const step of steps.filter(hasRow)) {
    for (const tensor of [...Object.values(step.kept), ...Object.values(step.scratch)]) {
      const room = rowOf(step).room?.(tensor.what, sizesOf(network, step));
      if (room !== undefined) rooms.set(tensor, [room]);
    }
  }
  return rooms;
}

export interface ProgramRequest {
  readonly network: Network;
  readonly plan: Plan;
  readonly batchSize: number;
  readonly kernels: Kernels;
  readonly parameters: WasmParameters;
  /** Address of zeros, as many as any value has channels, in whole blocks of eight. */
  readonly zeros: number;
}

export class Program {
  readonly plan: Plan;
  /** Bytes of the arena that it needs. */
  readonly arenaBytes: number;
  readonly #kernels: Kernels;
  readonly #volumes = new Map<Tensor, Volume>();
  readonly #placement: Placement<Tensor>;
  /** Of volumes with zeros around them, the number of the first step that needs each: there the zeros are set. */
  readonly #firsts = new Map<Volume, number>();
  readonly #commands: readonly Command[];
  /** Number of the loss's step, or of the end. */
  readonly #half: number;

  constructor(request: ProgramRequest) {
    const { network, plan, batchSize, kernels } = request;
    this.plan = plan;
    this.#kernels = kernels;
    const halos = halosOf(network, plan);
    const rooms = roomsOf(network, plan);
    const bytes = new Map<Tensor, number>();
    for (const [tensor, [first]] of plan.lives) {
      const room = rooms.get(tensor);
      const shape = room ?? network.graph.nodes[tensor.like].shape;
      const volume = new Volume(kernels.memory, shape, halos.get(tensor) ?? noHalo);
      this.#volumes.set(tensor, volume);
      if (!volume.dense) this.#firsts.set(volume, first);
      bytes.set(tensor, volume.sampleBytes * (room === undefined ? batchSize : 1));
    }
    this.#placement = place(plan, { partsOf: (tensor) => [bytes.get(tensor)!], align: 16 });
    this.arenaBytes = this.#placement.arenas[0] ?? 0;
    const shared = new Map<Fused, unknown>();
    this.#commands = plan.steps.map((step) => stepCommand(request, (tensor) => this.volume(tensor), step, shared));
    const loss = plan.steps.findIndex(({ phase }) => phase === 'loss');
    this.#half = loss < 0 ? plan.steps.length : loss;
  }

  /** Lets its tensors lie from an address on: before each pass, where something else may have used the arena. */
  settle(address: number): void {
    for (const [tensor, volume] of this.#volumes) volume.settle(address + this.#placement.places.get(tensor)![0].offset);
  }

  volume(tensor: Tensor): Volume {
    const found = this.#volumes.get(tensor);
    if (found === undefined) throw new Error(`${tensor.name} is not in the plan`);
    return found;
  }

  /** n samples, channels last. */
  writeInput(values: Float32Array, n: number): void {
    this.#clearHalos(-1, n);
    const tensor = [...this.plan.lives.keys()].find(({ name }) => name === 'v0')!;
    this.volume(tensor).write(values, n);
  }

  forward(pass: Pass): void {
    for (let i = 0; i < this.#half; i++) this.#run(i, pass);
    // Those of the gradients that the loss is about to write.
    this.#clearHalos(this.#half, pass.n);
  }

  backward(pass: Pass): void {
    for (let i = this.#half + 1; i < this.#commands.length; i++) this.#run(i, pass);
  }

  #run(i: number, pass: Pass): void {
    this.#clearHalos(i, pass.n);
    this.#commands[i](pass);
  }

  #clearHalos(step: number, n: number): void {
    for (const [{ view, halo }, first] of this.#firsts) {
      if (first !== step) continue;
      const [d, h, w] = [0, 1, 2].map((axis) => [halo.low[axis], halo.high[axis]] as const);
      this.#kernels.functions.clearHalo(view, n, ...d, ...h, ...w);
    }
  }
}

/** What a step does. */
function stepCommand(
  { network, plan, kernels, parameters, zeros }: ProgramRequest,
  volume: (tensor: Tensor) => Volume,
  step: Step,
  states: Map<Fused, unknown>,
): Command {
  if (step.phase === 'loss') return () => {};
  if (step.phase === 'sum') {
    const [more, total] = [volume(step.inputs[0]).view, volume(step.output).view];
    return ({ n }) => kernels.functions.add(total, more, total, n);
  }
  const volumesOf = (tensors: Readonly<Record<string, Tensor>>): Record<string, Volume> =>
    Object.fromEntries(Object.entries(tensors).map(([what, tensor]) => [what, volume(tensor)]));
  const { fused } = step;
  const training = plan.purpose === 'train';
  const at: AtBackward = {
    ...sizesOf(network, step),
    kernels,
    training,
    sources: step.inputs.map(volume),
    output: volume(step.output),
    places: step.places && volume(step.places),
    kept: volumesOf(step.kept),
    scratch: volumesOf(step.scratch),
    gradient: volume(step.gradient ?? step.output),
    inputGradients: step.inputGradients.map((tensor) => tensor && volume(tensor)),
    zeros,
    parameter: (node, name) => parameters.address(node.layer!, name),
    gradientOf: (node, name) => parameters.gradientAddress(node.layer!, name),
    countBatch: (node) => parameters.countBatch(node.layer!),
    request: (n) =>
      drawsOf(network, training ? 'training' : 'evaluation', n).find(({ node }) => node === resultOf(fused)) ?? null,
    shared: <T>(make: () => T): T => {
      if (!states.has(fused)) states.set(fused, make());
      return states.get(fused) as T;
    },
  };
  return step.phase === 'forward' ? rowOf(step).forward(at) : rowOf(step).backward(at);
}
