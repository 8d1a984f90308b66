/** @file A plan on the heap: every tensor with a place, every step as calls of kernels. */
import { letMessagesIn } from '../../base/event-loop';
import type { Network } from '../../networks/graph';
import type { Kernels } from '../../wasm/kernels';
import { drawsOf } from '../draws';
import { type Fused, resultOf } from '../fuse';
import type { Plan, Step, Tensor } from '../plan';
import { type Layout, rowOf, sizesOf } from './layout';
import type { WasmParameters } from './parameters';
import type { AtBackward, Command, Pass } from './row';
import { Volume } from './volume';

export interface ProgramRequest {
  readonly network: Network;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly kernels: Kernels;
  readonly parameters: WasmParameters;
  /** Address of zeros, as many as any value has channels, in whole blocks of eight. */
  readonly zeros: number;
}

/** Milliseconds without a look at what others say. */
const DEAF_MS = 100;

export class Program {
  readonly plan: Plan;
  readonly #kernels: Kernels;
  readonly #volumes = new Map<Tensor, Volume>();
  readonly #layout: Layout;
  /** Of volumes with zeros around them, the number of the first step that needs each: there the zeros are set. */
  readonly #firsts = new Map<Volume, number>();
  readonly #commands: readonly Command[];
  /** Number of the loss's step, or of the end. */
  readonly #half: number;

  constructor(request: ProgramRequest) {
    const { plan, layout, kernels } = request;
    this.plan = plan;
    this.#layout = layout;
    this.#kernels = kernels;
    for (const [tensor, { shape, halo }] of layout.tensors) {
      const volume = new Volume(kernels.memory, shape, halo);
      this.#volumes.set(tensor, volume);
      if (!volume.dense) this.#firsts.set(volume, plan.lives.get(tensor)![0]);
    }
    const shared = new Map<Fused, unknown>();
    this.#commands = plan.steps.map((step) => stepCommand(request, (tensor) => this.volume(tensor), step, shared));
    const loss = plan.steps.findIndex(({ phase }) => phase === 'loss');
    this.#half = loss < 0 ? plan.steps.length : loss;
  }

  /** Takes the arena: before each pass, as another program may have used it, or it may have moved. */
  #settle(): void {
    const arena = this.#kernels.memory.arena(this.#layout.bytes);
    for (const [tensor, volume] of this.#volumes) volume.settle(arena + this.#layout.tensors.get(tensor)!.offset);
  }

  volume(tensor: Tensor): Volume {
    const found = this.#volumes.get(tensor);
    if (found === undefined) throw new Error(`${tensor.name} is not in the plan`);
    return found;
  }

  /** Begins a pass with n samples, channels last. */
  writeInput(values: Float32Array, n: number): void {
    this.#settle();
    this.#clearHalos(-1, n);
    const tensor = [...this.plan.lives.keys()].find(({ name }) => name === 'v0')!;
    this.volume(tensor).write(values, n);
  }

  async forward(pass: Pass): Promise<void> {
    await this.#run(0, this.#half, pass);
    // Those of the gradients that the loss is about to write.
    this.#clearHalos(this.#half, pass.n);
  }

  async backward(pass: Pass): Promise<void> {
    await this.#run(this.#half + 1, this.#commands.length, pass);
  }

  /** Lets messages in now and then: a step of a whole brain takes seconds, and a stop would not be heard. Rejects once the kernels were released. */
  async #run(from: number, to: number, pass: Pass): Promise<void> {
    let begin = performance.now();
    for (let i = from; i < to; i++) {
      this.#clearHalos(i, pass.n);
      this.#commands[i](pass);
      if (performance.now() - begin < DEAF_MS) continue;
      await letMessagesIn();
      if (this.#kernels.released) throw new Error('The work of this executor was given up.');
      begin = performance.now();
    }
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
    ...sizesOf(network, step, kernels.threads),
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
    gradientOf: (node, name) => {
      const gradient = parameters.gradient(node.layer!, name);
      return typeof gradient === 'number' ? gradient : 0;
    },
    outerGradientOf: (node) => {
      const gradient = parameters.gradient(node.layer!, 'weight');
      return typeof gradient === 'number' ? null : gradient;
    },
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
