/** @file Weights, running statistics, and in training gradients and what the optimiser keeps, on the WebAssembly heap. */
import { product } from '../../base/shape';
import { type Layer, layerNames, type Network } from '../../networks/graph';
import { type StateEntry, stateEntries } from '../../networks/parameters';
import type { OptimizerState, ParameterState, StateDict, StateTensor } from '../../networks/state-dict';
import { optimizers } from '../../vocabulary/optimizers';
import { fromKernelOrder, toKernelOrder, weightFloats } from '../../wasm/conv-layout';
import type { Kernels } from '../../wasm/kernels';
import type { OptimizerOptions } from '../executor';
import { firstNumbers, stepNumbers } from '../optimizers';
import type { TrainedParameters } from '../trained-parameters';
import { optimizerKinds } from './optimizer';
import { isOuter, OuterGradient, outerBytes } from './outer-gradient';

/** A float tensor of the state dict. */
interface Place {
  readonly entry: StateEntry;
  readonly address: number;
  /** Values on the heap, a multiple of 4. */
  readonly floats: number;
}

/** Where the gradient and the optimiser's tensors of a parameter lie. */
interface Trained {
  readonly place: Place;
  readonly gradient: number | OuterGradient;
  readonly slots: readonly number[];
}

/** What the optimiser keeps beside tensors; absent before the first step. */
interface Memory {
  readonly step: number;
  readonly numbers: Readonly<Record<string, number>>;
}

const isConvolution = ({ role, layer }: StateEntry): boolean =>
  role === 'weight' && (layer.op === 'conv' || layer.op === 'conv-transpose');

/** Leading axes of a weight, and the product of the others. */
const weightShape = ([co, ci, ...kernel]: readonly number[]) => [co, ci, product(kernel)] as const;

function floatsOf(entry: StateEntry): number {
  const length = isConvolution(entry) ? weightFloats(...weightShape(entry.shape)) : product(entry.shape);
  return 4 * Math.ceil(length / 4);
}

/**
 * Bytes of parameters and running statistics, and of what training on batches of up to so many samples needs beside each value that it
 * changes.
 */
export function parameterBytes(
  network: Network,
  { learning, still }: TrainedParameters,
  options: OptimizerOptions,
  batchSize: number,
) {
  const changed = new Set([...learning, ...still]);
  const bytesOf = (entry: StateEntry): number => 4 * floatsOf(entry);
  const slots = optimizers[options.optimizer].tensors.length;
  const beside = (entry: StateEntry): number =>
    slots * bytesOf(entry) + (isOuter(entry) ? outerBytes(entry, batchSize) : bytesOf(entry));
  const sum = (entries: readonly StateEntry[], of: (entry: StateEntry) => number): number =>
    entries.reduce((bytes, entry) => bytes + of(entry), 0);
  const entries = stateEntries(network);
  return {
    state: sum(entries, bytesOf),
    training: sum(
      entries.filter(({ name }) => changed.has(name)),
      beside,
    ),
  };
}

export class WasmParameters {
  readonly #kernels: Kernels;
  readonly #entries: readonly StateEntry[];
  readonly #places = new Map<string, Place>();
  readonly #names: ReadonlyMap<Layer, string>;
  readonly #batches = new Map<string, bigint>();
  /** Names of those that a step changes, and of those of them that have a gradient to compute. */
  readonly #changed: ReadonlySet<string>;
  readonly #learning: ReadonlySet<string>;
  #options: OptimizerOptions;
  #trained: ReadonlyMap<string, Trained> | null = null;
  #memory = new Map<string, Memory>();

  constructor(network: Network, kernels: Kernels, options: OptimizerOptions, { learning, still }: TrainedParameters) {
    this.#kernels = kernels;
    this.#options = options;
    this.#entries = stateEntries(network);
    this.#names = layerNames(network);
    this.#learning = new Set(learning);
    this.#changed = new Set([...learning, ...still]);
    for (const entry of this.#entries) {
      if (entry.role === 'batches') continue;
      const floats = floatsOf(entry);
      this.#places.set(entry.name, { entry, address: kernels.memory.take(4 * floats), floats });
    }
  }

  #name(layer: Layer, name: string): string {
    return `${this.#names.get(layer)}.${name}`;
  }

  /** Of a parameter or running statistic. */
  address(layer: Layer, name: string): number {
    return this.#place(this.#name(layer, name)).address;
  }

  /** Its address, or what keeps it as factors; 0: no gradient is wanted. Once training has begun. */
  gradient(layer: Layer, name: string): number | OuterGradient {
    const whole = this.#name(layer, name);
    return this.#learning.has(whole) ? this.#train().get(whole)!.gradient : 0;
  }

  /** Makes room for what n samples give to the gradients. It may move the arena. */
  reserve(n: number): void {
    for (const { gradient } of this.#train().values()) if (typeof gradient === 'object') gradient.reserve(n);
  }

  countBatch(layer: Layer): void {
    const name = this.#name(layer, 'num_batches_tracked');
    this.#batches.set(name, (this.#batches.get(name) ?? 0n) + 1n);
  }

  setLearningRate(rate: number): void {
    this.#options = { ...this.#options, learning_rate: rate };
  }

  /** Takes the memory of gradients and optimiser when it is first needed. */
  #train(): ReadonlyMap<string, Trained> {
    if (this.#trained !== null) return this.#trained;
    const { memory } = this.#kernels;
    const trained = [...this.#changed].map((name): [string, Trained] => {
      const place = this.#place(name);
      const take = (): number => memory.take(4 * place.floats);
      const gradient = isOuter(place.entry) ? new OuterGradient(memory, place.entry) : take();
      return [name, { place, gradient, slots: optimizers[this.#options.optimizer].tensors.map(take) }];
    });
    this.#trained = new Map(trained);
    return this.#trained;
  }

  /** Takes the memory that training needs, so that later calls move nothing. */
  beginTraining(): void {
    this.#train();
  }

  /** One step of the optimiser on the gradients so far; clears them. */
  step(): void {
    const { functions } = this.#kernels;
    for (const [name, { place, gradient, slots }] of this.#train()) {
      const { step, numbers } = this.#memory.get(name) ?? { step: 0, numbers: firstNumbers(this.#options) };
      const next = stepNumbers(this.#options, step + 1, numbers);
      const { decay, keep, rate, along, root } = next.scalars;
      const [a = 0, b = 0] = slots;
      const kind = optimizerKinds[this.#options.optimizer];
      const p = place.address;
      const scalars = [decay, keep, rate, along, root] as const;
      if (typeof gradient === 'number') functions.optimizerStep(kind, p, gradient, a, b, place.floats, ...scalars);
      else {
        const { x, dy, samples, nIn, nOut } = gradient;
        functions.linearStep(kind, p, x, dy, samples, nIn, nOut, a, b, ...scalars);
        gradient.clear();
      }
      this.#memory.set(name, { step: step + 1, numbers: next.numbers });
    }
  }

  write(state: StateDict): void {
    for (const { name, role } of this.#entries) {
      const data = state.get(name)?.data;
      if (data === undefined) throw new Error(`The state lacks ${name}`);
      if (role === 'batches') this.#batches.set(name, data[0] as bigint);
      else this.#put(this.#place(name).address, name, data as Float32Array);
    }
  }

  read(): StateDict {
    return new Map(
      this.#entries.map(({ name, role, shape }): [string, StateTensor] => {
        if (role === 'batches') return [name, { shape, data: new BigInt64Array([this.#batches.get(name) ?? 0n]) }];
        return [name, { shape, data: this.#get(this.#place(name).address, name) }];
      }),
    );
  }

  readOptimizer(): OptimizerState {
    const state = new Map<string, ParameterState>();
    if (this.#trained === null) return state;
    const { tensors } = optimizers[this.#options.optimizer];
    for (const { name } of this.#entries) {
      const memory = this.#memory.get(name);
      const trained = this.#trained.get(name);
      if (memory === undefined || trained === undefined) continue;
      const slots = tensors.map((slot, i) => [slot, this.#get(trained.slots[i], name)] as const);
      state.set(name, { ...memory, tensors: Object.fromEntries(slots) });
    }
    return state;
  }

  writeOptimizer(state: OptimizerState): void {
    this.#memory = new Map();
    const { tensors } = optimizers[this.#options.optimizer];
    if (state.size === 0 && this.#trained === null) return;
    for (const [name, { place, slots }] of this.#train()) {
      const kept = state.get(name);
      slots.forEach((slot, i) => {
        this.#kernels.memory.float32(slot, place.floats).fill(0);
        if (kept !== undefined) this.#put(slot, name, kept.tensors[tensors[i]]);
      });
      if (kept !== undefined) this.#memory.set(name, { step: kept.step, numbers: kept.numbers });
    }
  }

  #place(name: string): Place {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`The network has no ${name}`);
    return place;
  }

  #put(address: number, name: string, data: Float32Array): void {
    const { entry, floats } = this.#place(name);
    const target = this.#kernels.memory.float32(address, floats);
    if (isConvolution(entry)) toKernelOrder(data, target, ...weightShape(entry.shape));
    else target.set(data);
  }

  #get(address: number, name: string): Float32Array<ArrayBuffer> {
    const { entry, floats } = this.#place(name);
    const data = new Float32Array(product(entry.shape));
    const source = this.#kernels.memory.float32(address, floats);
    if (isConvolution(entry)) fromKernelOrder(source, data, ...weightShape(entry.shape));
    else data.set(source.subarray(0, data.length));
    return data;
  }
}
