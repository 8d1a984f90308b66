/** @file Weights, gradients and moments of the WebAssembly executor: four arenas of the same layout, one Adam call for all. */
import { product } from '../../base/shape';
import { isParameter } from '../../networks/parameters';
import type { OptimizerState, ParameterState, StateDict, StateTensor } from '../../networks/state-dict';
import { fromBlocked, toBlocked } from '../../wasm/conv-layout';
import type { WasmMemory } from '../../wasm/kernels';
import type { NetworkSpec } from '../legacy/blocks';
import { type StateEntry, stateEntries } from '../legacy/state-entries';

export interface ParameterPlace {
  readonly entry: StateEntry;
  /** Offset in its arena, bytes. */
  readonly offset: number;
  readonly length: number;
}

/** All float tensors of a network by name: parameters in four arenas, running statistics in one of their own. */
export class WasmParameters {
  readonly #memory: WasmMemory;
  readonly #places = new Map<string, ParameterPlace>();
  readonly #batches = new Map<string, bigint>();
  readonly #entries: readonly StateEntry[];
  readonly #taps: number;
  readonly arenas: { readonly weight: number; readonly gradient: number; readonly first: number; readonly second: number };
  readonly #buffers: number;
  /** Values in an arena, a multiple of 4. */
  readonly length: number;
  step = 0;

  constructor(spec: NetworkSpec, memory: WasmMemory) {
    this.#memory = memory;
    this.#entries = stateEntries(spec);
    this.#taps = 3 ** (spec.inputSize.length - 1);
    const ends = { parameters: 0, buffers: 0 };
    for (const entry of this.#entries) {
      if (entry.role === 'batches') continue;
      const arena = isParameter(entry) ? 'parameters' : 'buffers';
      const length = product(entry.shape);
      this.#places.set(entry.name, { entry, offset: 4 * ends[arena], length });
      ends[arena] += Math.ceil(length / 4) * 4;
    }
    this.length = ends.parameters;
    const take = (): number => memory.take(4 * ends.parameters);
    this.arenas = { weight: take(), gradient: take(), first: take(), second: take() };
    this.#buffers = memory.take(4 * ends.buffers);
  }

  /** Address of a parameter or running statistic. */
  weight(name: string): number {
    const place = this.#place(name);
    return (isParameter(place.entry) ? this.arenas.weight : this.#buffers) + place.offset;
  }

  gradient(name: string): number {
    return this.arenas.gradient + this.#place(name).offset;
  }

  view(address: number, name: string): Float32Array {
    return this.#memory.float32(address, this.#place(name).length);
  }

  countBatch(norm: string): void {
    const name = `${norm}.num_batches_tracked`;
    this.#batches.set(name, (this.#batches.get(name) ?? 0n) + 1n);
  }

  clearGradients(): void {
    this.#memory.float32(this.arenas.gradient, this.length).fill(0);
  }

  write(state: StateDict): void {
    for (const { name, role } of this.#entries) {
      const data = state.get(name)?.data;
      if (data === undefined) throw new Error(`The state lacks ${name}`);
      if (role === 'batches') this.#batches.set(name, data[0] as bigint);
      else this.#put(this.weight(name), name, data as Float32Array);
    }
  }

  read(): StateDict {
    const state = new Map<string, StateTensor>();
    for (const { name, role, shape } of this.#entries) {
      const data = role === 'batches' ? new BigInt64Array([this.#batches.get(name) ?? 0n]) : this.#get(this.weight(name), name);
      state.set(name, { shape, data });
    }
    return state;
  }

  readOptimizer(): OptimizerState {
    const state = new Map<string, ParameterState>();
    if (this.step === 0) return state;
    for (const entry of this.#entries.filter(isParameter)) {
      const { offset } = this.#place(entry.name);
      state.set(entry.name, {
        step: this.step,
        numbers: {},
        tensors: {
          exp_avg: this.#get(this.arenas.first + offset, entry.name),
          exp_avg_sq: this.#get(this.arenas.second + offset, entry.name),
        },
      });
    }
    return state;
  }

  writeOptimizer(state: OptimizerState): void {
    this.step = 0;
    this.#memory.float32(this.arenas.first, this.length).fill(0);
    this.#memory.float32(this.arenas.second, this.length).fill(0);
    for (const [name, moments] of state) {
      const { offset } = this.#place(name);
      this.step = moments.step;
      this.#put(this.arenas.first + offset, name, moments.tensors.exp_avg);
      this.#put(this.arenas.second + offset, name, moments.tensors.exp_avg_sq);
    }
  }

  #place(name: string): ParameterPlace {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`The network has no ${name}`);
    return place;
  }

  #put(address: number, name: string, data: Float32Array): void {
    const { entry } = this.#place(name);
    const target = this.view(address, name);
    if (entry.role === 'weight' && entry.block.kind === 'conv-block')
      toBlocked(data, target, entry.shape[0], entry.shape[1], this.#taps);
    else target.set(data);
  }

  #get(address: number, name: string): Float32Array<ArrayBuffer> {
    const { entry, length } = this.#place(name);
    const data = new Float32Array(length);
    const source = this.view(address, name);
    if (entry.role === 'weight' && entry.block.kind === 'conv-block')
      fromBlocked(source, data, entry.shape[0], entry.shape[1], this.#taps);
    else data.set(source);
    return data;
  }
}
