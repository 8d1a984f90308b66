/** @file Networks run by our own WebGPU kernels: buffers made once, one submit per step, nothing read back until it is asked for. */
import { product } from '../../base/shape';
import type { GpuDevice } from '../../gpu/device';
import { adamNumbers } from '../../gpu/kernels/adam';
import { stepWords } from '../../gpu/kernels/linear';
import { type CompileProgress, Pipelines } from '../../gpu/pipelines';
import type { Network } from '../../networks/graph';
import { isParameter, stateEntries } from '../../networks/parameters';
import type { OptimizerState, ParameterState, StateDict, StateTensor } from '../../networks/state-dict';
import type {
  BackendInfo,
  DrawSource,
  Executor,
  ExecutorFactory,
  ExecutorRequest,
  InputTensor,
  MemoryInfo,
  OptimizerOptions,
  Outputs,
  Target,
} from '../executor';
import { blocksOf } from '../legacy/blocks';
import { lossSlots } from './buffers';
import { type LayoutLimits, layoutOf } from './layout';
import { featureIndex, fromArena, fromRows, type PlacedEntry, placedEntries, toArena, toRows } from './parameters';
import { Program } from './program';

type Floats = Float32Array<ArrayBuffer>;

export interface WebgpuOptions {
  /** Why this backend is in use. */
  readonly reason?: string;
  /** Bytes for the first block's convolution; what is larger is computed in slabs, and again in the backward pass. */
  readonly slabBytes?: number;
  /** Bytes of the largest buffer, if less than the device allows. */
  readonly largestBuffer?: number;
  /** Told while shaders are compiled. */
  readonly progress?: CompileProgress;
}

/** Submitted steps that may be under way before the next one waits. */
const inFlight = 2;

/** Threads that keep a device busy. */
export function threadsOf(gpu: GpuDevice): number {
  return gpu.software ? 2048 : 32768;
}

/** Limits of a device for `layoutOf` and `estimateMemory`. */
export function layoutLimits(gpu: GpuDevice, options: WebgpuOptions = {}): LayoutLimits {
  const { largestBuffer = Number.POSITIVE_INFINITY, slabBytes = 64 * 2 ** 20 } = options;
  return { largestBuffer: Math.min(largestBuffer, gpu.largestBuffer), slabBytes, threads: threadsOf(gpu) };
}

/**
 * Executors on one device; compiled kernels are shared. Making one throws `gpu-network`, `gpu-buffer-limit`, `gpu-shader`,
 * `gpu-out-of-memory`; every call may reject with `gpu-lost`, `gpu-validation`, `gpu-out-of-memory`.
 */
export function webgpuExecutor(gpu: GpuDevice, options: WebgpuOptions = {}): ExecutorFactory {
  const pipelines = new Pipelines(gpu.device);
  const backend: BackendInfo = {
    name: 'webgpu',
    adapter: gpu.adapter,
    software: gpu.software,
    limits: gpu.limits,
    half: gpu.half,
    reason: options.reason ?? 'WebGPU was asked for.',
  };
  return async (request) => {
    const { amp = false } = request;
    if (amp && !gpu.half) throw new Error('f16 was asked for on a device without it');
    const layout = layoutOf(blocksOf(request.network), request.batchSize, { ...layoutLimits(gpu, options), half: amp });
    const program = await Program.create(gpu, pipelines, layout, options.progress);
    const executor = new WebgpuExecutor(gpu, backend, program, request);
    await executor.writeState(request.state);
    return executor;
  };
}

class WebgpuExecutor implements Executor {
  readonly backend: BackendInfo;
  readonly network: Network;
  readonly #gpu: GpuDevice;
  readonly #program: Program;
  #optimizer: OptimizerOptions;
  readonly #entries: readonly PlacedEntry[];
  /** `num_batches_tracked` by name. */
  readonly #batches = new Map<string, bigint>();
  /** Recorded work that waits for the optimiser step of the same submit. */
  #pending: GPUCommandEncoder | undefined;
  #underWay: Promise<undefined>[] = [];
  /** Rows of accumulated samples. */
  #rows = 0;
  /** Optimiser steps so far. */
  #steps = 0;
  /** Losses read already, and how many wait on the device. */
  #losses: number[] = [];
  #waiting = 0;

  constructor(gpu: GpuDevice, backend: BackendInfo, program: Program, request: ExecutorRequest) {
    this.#gpu = gpu;
    this.backend = backend;
    this.#program = program;
    this.network = request.network;
    this.#optimizer = request.optimizer;
    this.#entries = placedEntries(program.layout);
  }

  get #queue(): GPUQueue {
    return this.#gpu.device.queue;
  }

  /** Submits what was recorded. */
  #flush(): void {
    if (this.#pending === undefined) return;
    this.#queue.submit([this.#pending.finish()]);
    this.#pending = undefined;
    const done = this.#queue.onSubmittedWorkDone();
    done.catch(() => {}); // rejected when the device is lost: whoever waits for it is told, but nobody may be waiting yet
    this.#underWay.push(done);
  }

  /** Keeps the processor at most two steps ahead of the device. */
  async #wait(): Promise<void> {
    while (this.#underWay.length >= inFlight) await this.#gpu.guard(this.#underWay.shift()!);
    this.#gpu.check();
  }

  #upload(input: InputTensor): number {
    const n = input.shape[0];
    const { layout } = this.#program;
    if (n > layout.batchSize) throw new Error(`a batch of ${n} for buffers of ${layout.batchSize}`);
    const size = product(input.shape.slice(1));
    const { XS } = layout.conv[0];
    for (const [g, { first, size: room }] of layout.groups.entries())
      for (let k = 0; k < room && first + k < n; k++)
        this.#queue.writeBuffer(this.#program.buffer(`x.${g}`), k * XS * 4, input.data, (first + k) * size, size);
    this.#program.prepare(n);
    return n;
  }

  async predict(input: InputTensor): Promise<Outputs> {
    this.#gpu.check();
    this.#flush();
    const n = input.shape[0];
    if (this.#rows + n > this.#program.capacity) await this.#program.grow(this.#rows + n);
    this.#upload(input);
    this.#program.writeUniform('step', stepWords(n, this.#rows));
    const encoder = this.#gpu.device.createCommandEncoder();
    this.#program.record(encoder, 'infer', n);
    this.#queue.submit([encoder.finish()]);
    const { linear } = this.#program.layout;
    const { OUT } = linear[linear.length - 1];
    const rows = this.#program.buffer(`rows.${linear.length}`);
    const [stored] = await this.#program.read([{ buffer: rows, offset: this.#rows * OUT * 4, bytes: n * OUT * 4 }]);
    const size = this.network.outputSize;
    return { output: Float32Array.from({ length: n * size }, (_, i) => stored[Math.floor(i / size) * OUT + (i % size)]) };
  }

  async accumulate(input: InputTensor, target: Target, dropout: DrawSource): Promise<void> {
    if (target.kind !== 'class') throw new Error('this executor trains classifiers');
    this.#gpu.check();
    this.#flush();
    if (this.#waiting === lossSlots) await this.#readLosses();
    const n = input.shape[0];
    if (this.#rows + n > this.#program.capacity) await this.#program.grow(this.#rows + n);
    await this.#wait();
    this.#upload(input);
    this.#queue.writeBuffer(this.#program.buffer('labels'), 0, target.labels as Int32Array<ArrayBuffer>);
    for (const [j, stage] of this.#program.layout.linear.entries()) {
      if (stage.dropout === undefined) continue;
      const mask = dropout({ kind: 'mask', ...stage.dropout, size: n * stage.block.inFeatures });
      const rows = toRows(featureIndex(this.#program.layout, j), stage.I, mask, 0, n);
      this.#queue.writeBuffer(this.#program.buffer(`mask.${j}`), 0, rows);
    }
    this.#program.writeUniform('step', stepWords(n, this.#rows, this.#rows + n, this.#waiting, target.wholeBatch));
    this.#pending = this.#gpu.device.createCommandEncoder();
    this.#program.record(this.#pending, 'train', n);
    this.#rows += n;
    this.#waiting += 1;
    for (const [name, count] of this.#batches) this.#batches.set(name, count + 1n);
  }

  setLearningRate(rate: number): void {
    this.#optimizer = { ...this.#optimizer, learning_rate: rate };
  }

  async applyStep(): Promise<void> {
    this.#gpu.check();
    this.#steps += 1;
    const { learning_rate, weight_decay } = this.#optimizer;
    this.#program.writeUniform('adam', adamNumbers(this.#steps, learning_rate, weight_decay, this.#rows));
    this.#pending ??= this.#gpu.device.createCommandEncoder();
    this.#program.record(this.#pending, 'optimize', 0);
    this.#flush();
    this.#rows = 0;
  }

  async #readLosses(): Promise<void> {
    if (this.#waiting === 0) return;
    this.#flush();
    const [losses] = await this.#program.read([{ buffer: this.#program.buffer('losses'), offset: 0, bytes: this.#waiting * 4 }]);
    this.#losses.push(...losses);
    this.#waiting = 0;
  }

  async takeLosses(): Promise<number[]> {
    this.#gpu.check();
    await this.#readLosses();
    const taken = this.#losses;
    this.#losses = [];
    return taken;
  }

  /** Buffer of small parameters and prefix of the matrices: `w`, `m` or `v`. */
  async #readEntry(entry: PlacedEntry, set: 'w' | 'm' | 'v'): Promise<Floats> {
    const { place } = entry;
    if (place.kind !== 'matrix') {
      const buffer = this.#program.buffer(place.kind === 'running' ? 'running' : `arena.${set}`);
      const [stored] = await this.#program.read([{ buffer, offset: place.offset * 4, bytes: place.floats * 4 }]);
      return fromArena(entry, stored);
    }
    const index = featureIndex(this.#program.layout, place.index);
    const result = new Float32Array(product(entry.shape));
    for (const [c, { first, count }] of place.stage.chunks.entries()) {
      const buffer = this.#program.buffer(`${set}.${place.index}.${c}`);
      const [stored] = await this.#program.read([{ buffer, offset: 0, bytes: count * place.stage.I * 4 }]);
      fromRows(index, place.stage.I, stored, result, first);
    }
    return result;
  }

  #writeEntry(entry: PlacedEntry, set: 'w' | 'm' | 'v', data: Floats): void {
    const { place } = entry;
    if (place.kind !== 'matrix') {
      const buffer = this.#program.buffer(place.kind === 'running' ? 'running' : `arena.${set}`);
      this.#queue.writeBuffer(buffer, place.offset * 4, toArena(entry, data));
      return;
    }
    const index = featureIndex(this.#program.layout, place.index);
    for (const [c, { first, count }] of place.stage.chunks.entries())
      this.#queue.writeBuffer(
        this.#program.buffer(`${set}.${place.index}.${c}`),
        0,
        toRows(index, place.stage.I, data, first, count),
      );
  }

  async readState(): Promise<StateDict> {
    this.#gpu.check();
    this.#flush();
    const placed = new Map(this.#entries.map((entry) => [entry.name, entry]));
    const state = new Map<string, StateTensor>();
    for (const { name, shape } of stateEntries(this.network)) {
      const entry = placed.get(name);
      const data = entry === undefined ? BigInt64Array.of(this.#batches.get(name) ?? 0n) : await this.#readEntry(entry, 'w');
      state.set(name, { shape, data });
    }
    return state;
  }

  async writeState(state: StateDict): Promise<void> {
    this.#gpu.check();
    this.#flush();
    const placed = new Map(this.#entries.map((entry) => [entry.name, entry]));
    for (const [name, { data }] of state) {
      const entry = placed.get(name);
      if (entry === undefined) this.#batches.set(name, BigInt(data[0]));
      else this.#writeEntry(entry, 'w', data as Floats);
    }
    await this.#gpu.guard(this.#queue.onSubmittedWorkDone());
  }

  async readOptimizer(): Promise<OptimizerState> {
    this.#gpu.check();
    this.#flush();
    const result = new Map<string, ParameterState>();
    if (this.#steps === 0) return result;
    for (const entry of this.#entries.filter(isParameter))
      result.set(entry.name, {
        step: this.#steps,
        numbers: {},
        tensors: { exp_avg: await this.#readEntry(entry, 'm'), exp_avg_sq: await this.#readEntry(entry, 'v') },
      });
    return result;
  }

  async writeOptimizer(state: OptimizerState): Promise<void> {
    this.#gpu.check();
    this.#flush();
    this.#steps = Math.max(0, ...[...state.values()].map(({ step }) => step));
    for (const entry of this.#entries.filter(isParameter)) {
      const size = product(entry.shape);
      const moments = state.get(entry.name);
      this.#writeEntry(entry, 'm', moments?.tensors.exp_avg ?? new Float32Array(size));
      this.#writeEntry(entry, 'v', moments?.tensors.exp_avg_sq ?? new Float32Array(size));
    }
    await this.#gpu.guard(this.#queue.onSubmittedWorkDone());
  }

  memory(): MemoryInfo {
    return { bytes: this.#program.buffers.bytes, tensors: this.#program.buffers.count };
  }

  dispose(): void {
    this.#pending = undefined;
    this.#program.buffers.destroy();
  }
}
