/** @file Networks run by our own WebGPU kernels: buffers made once, one submit per step, nothing read back until it is asked for. */
import { fromHalf } from '../../base/half';
import { product } from '../../base/shape';
import type { GpuDevice } from '../../gpu/device';
import { stepWords } from '../../gpu/kernels/linear';
import { Pipelines } from '../../gpu/pipelines';
import type { Network, Value } from '../../networks/graph';
import { stateEntries } from '../../networks/parameters';
import type { OptimizerState, ParameterState, StateDict, StateTensor } from '../../networks/state-dict';
import { drawsOf } from '../draws';
import type {
  BackendInfo,
  DrawSource,
  Executor,
  ExecutorFactory,
  ExecutorRequest,
  Explanation,
  InputTensor,
  MemoryInfo,
  OptimizerOptions,
  Outputs,
  Target,
} from '../executor';
import { channelSeed } from '../explained';
import { firstNumbers } from '../optimizers';
import { reversalOf } from '../trained-parameters';
import { designOf } from './buffers';
import { drawBuffer, drawnVolumes } from './draws';
import { KernelClock } from './kernel-clock';
import { chunkName, type Placed } from './layout';
import { layoutLimits, type WebgpuOptions } from './limits';
import { lossSlots } from './losses';
import { optimizerRecord } from './optimize';
import { fromArena, fromRows, fromVolume, toArena, toRows, toVolume } from './parameters';
import { Program } from './program';
import type { Sequence } from './sequence';
import { type Stored, widthOf } from './site';
import { type Volume, volumeOf } from './volume';

type Floats = Float32Array<ArrayBuffer>;

/** Submitted steps that may be under way before the next one waits. */
const inFlight = 2;

/**
 * Executors on one device; compiled kernels are shared. Making one throws `gpu-network`, `gpu-buffer-limit`, `gpu-shader`,
 * `gpu-out-of-memory`; every call may reject with `gpu-lost`, `gpu-validation`, `gpu-out-of-memory`.
 */
export function webgpuExecutor(gpu: GpuDevice, options: WebgpuOptions = {}): ExecutorFactory {
  const pipelines = options.pipelines ?? new Pipelines(gpu.device);
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
    const design = designOf(request, { ...layoutLimits(gpu, options), half: amp });
    const program = await Program.create(gpu, pipelines, design, options.progress);
    const executor = new WebgpuExecutor(gpu, backend, program, request);
    await executor.writeState(request.state);
    return executor;
  };
}

/** What of a parameter: its value, or a tensor of the optimiser. */
type Part = 'value' | number;

class WebgpuExecutor implements Executor {
  readonly backend: BackendInfo;
  readonly network: Network;
  readonly #gpu: GpuDevice;
  readonly #program: Program;
  readonly #drawn: ReadonlyMap<Value, Volume>;
  #optimizer: OptimizerOptions;
  /** `num_batches_tracked` by name. */
  readonly #batches = new Map<string, bigint>();
  /** Those that a batch raises: of norms that the network computes. */
  readonly #counted: readonly string[];
  /** Recorded work that waits for the optimiser step of the same submit. */
  #pending: GPUCommandEncoder | undefined;
  #underWay: Promise<undefined>[] = [];
  /** Samples that accumulated. */
  #rows = 0;
  /** Optimiser steps so far, and what the last one left beside tensors: the same for all parameters. */
  #steps = 0;
  #numbers: Readonly<Record<string, number>>;
  /** Losses read already, and how many wait on the device. */
  #losses: number[] = [];
  #waiting = 0;
  readonly kernelTimes?: KernelClock;

  constructor(gpu: GpuDevice, backend: BackendInfo, program: Program, request: ExecutorRequest) {
    this.#gpu = gpu;
    this.backend = backend;
    this.#program = program;
    this.network = request.network;
    this.#optimizer = request.optimizer;
    const clock = KernelClock.of(gpu);
    if (clock !== undefined) this.kernelTimes = clock;
    this.#numbers = firstNumbers(request.optimizer);
    const { nodes } = request.network.graph;
    this.#drawn = drawnVolumes(nodes);
    const computed = new Set(nodes.map(({ layer }) => layer));
    this.#counted = stateEntries(this.network).flatMap(({ role, name, layer }) =>
      role === 'batches' && computed.has(layer) ? [name] : [],
    );
  }

  get #queue(): GPUQueue {
    return this.#gpu.device.queue;
  }

  /** Submits what was recorded. */
  #flush(): void {
    if (this.#pending === undefined) return;
    this.kernelTimes?.resolve(this.#pending);
    this.#queue.submit([this.#pending.finish()]);
    this.kernelTimes?.submitted();
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

  /** Sends a batch and its random numbers. */
  #upload(sequence: Sequence, mode: 'training' | 'evaluation', { shape, data }: InputTensor, draws: DrawSource): number {
    const n = shape[0];
    const { batchSize } = this.#program.design.layout;
    if (n > batchSize) throw new Error(`a batch of ${n} for buffers of ${batchSize}`);
    const { input } = sequence;
    for (let k = 0; k < n; k++) {
      const { buffer, offset } = this.#program.sampleRegion(sequence, input, k);
      this.#queue.writeBuffer(buffer, offset, data, k * input.size, input.size);
    }
    for (const request of drawsOf(this.network, mode, n)) {
      const volume = this.#drawn.get(request.node)!;
      const numbers = draws(request);
      const shared = request.kind === 'normal' && request.shared;
      for (let k = 0; k < n; k++) {
        const own = shared ? numbers : numbers.subarray(k * volume.size, (k + 1) * volume.size);
        this.#queue.writeBuffer(this.#program.buffer(drawBuffer(request.node)), k * volume.stride * 4, toVolume(volume, own));
      }
    }
    this.#program.prepare(n);
    return n;
  }

  /** Values of n samples, each [c, …space]. */
  async #read(sequence: Sequence, wanted: readonly Stored[], n: number): Promise<Floats[]> {
    const each = Array.from({ length: n }, (_, k) => k);
    const regions = wanted.flatMap((stored) =>
      each.map((k) => {
        const region = this.#program.sampleRegion(sequence, stored, k);
        return { ...region, bytes: Math.ceil(region.bytes / 4) * 4 };
      }),
    );
    const contents = await this.#program.read(regions);
    return wanted.map((stored, i) => {
      const result = new Float32Array(n * stored.size);
      for (const k of each) {
        const bytes = contents[i * n + k];
        const values = widthOf(stored) === 4 ? new Float32Array(bytes) : Float32Array.from(new Uint16Array(bytes), fromHalf);
        result.set(fromVolume(stored, values.subarray(0, stored.size)), k * stored.size);
      }
      return result;
    });
  }

  async predict(input: InputTensor, draws: DrawSource): Promise<Outputs> {
    this.#gpu.check();
    this.#flush();
    const { evaluation } = this.#program.design;
    const n = this.#upload(evaluation, 'evaluation', input, draws);
    this.#program.writeUniform('step', stepWords(n));
    const encoder = this.#gpu.device.createCommandEncoder();
    this.#program.record(encoder, 'infer', n);
    this.#queue.submit([encoder.finish()]);
    const names = Object.keys(evaluation.outputs);
    const values = await this.#read(evaluation, Object.values(evaluation.outputs), n);
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  }

  async explain(input: InputTensor, channel: number, draws: DrawSource): Promise<Explanation> {
    this.#gpu.check();
    this.#flush();
    const { explaining, layout } = this.#program.design;
    if (explaining === undefined || explaining.explained === null) throw new Error('this executor was not made for explanations');
    const { of, seed, from, at, gradient } = explaining.explained;
    const n = this.#upload(explaining, 'evaluation', input, draws);
    this.#program.writeUniform('step', stepWords(n));
    const forward = this.#gpu.device.createCommandEncoder();
    this.#program.record(forward, 'explain', n, { to: from });
    this.#queue.submit([forward.finish()]);
    // The gradient's room is that of others until now.
    const one = toVolume(seed, channelSeed(layout.network.graph.nodes[of.tensor.like].shape, channel));
    for (let k = 0; k < n; k++) {
      const { buffer, offset } = this.#program.sampleRegion(explaining, seed, k);
      this.#queue.writeBuffer(buffer, offset, one, 0, seed.size);
    }
    const backward = this.#gpu.device.createCommandEncoder();
    this.#program.record(backward, 'explain', n, { from });
    this.#queue.submit([backward.finish()]);
    const [output, value, found] = await this.#read(explaining, [of, at, gradient], n);
    return { output, value, gradient: found };
  }

  get #training(): Sequence {
    const { training } = this.#program.design;
    if (training === undefined) throw new Error('this executor only predicts');
    return training;
  }

  #sendTarget(target: Target, n: number): void {
    if (target.kind === 'input') return;
    const { stride } = volumeOf([this.network.outputSize]);
    const buffer = this.#program.buffer('target');
    if (target.kind === 'class') this.#queue.writeBuffer(buffer, 0, target.labels as Int32Array<ArrayBuffer>);
    else if (target.kind === 'heads')
      for (const [i, labels] of target.labels.entries())
        this.#queue.writeBuffer(buffer, i * this.#program.design.layout.batchSize * 4, labels);
    else {
      const size = target.values.length / n;
      for (let k = 0; k < n; k++) this.#queue.writeBuffer(buffer, k * stride * 4, target.values, k * size, size);
    }
  }

  async accumulate(input: InputTensor, target: Target, draws: DrawSource): Promise<void> {
    this.#gpu.check();
    this.#flush();
    const training = this.#training;
    if (this.#waiting === lossSlots) await this.#readLosses();
    const n = input.shape[0];
    if (this.#rows + n > this.#program.capacity) await this.#program.grow(this.#rows + n);
    await this.#wait();
    this.#upload(training, 'training', input, draws);
    this.#sendTarget(target, n);
    this.#program.writeUniform('step', stepWords(n, this.#waiting, target.wholeBatch));
    this.#program.writeUniform('reversal', Float32Array.of(-reversalOf(this.network, target)));
    this.#pending = this.#gpu.device.createCommandEncoder();
    this.#program.record(this.#pending, 'train', n, { row: this.#rows, clock: this.kernelTimes });
    this.#rows += n;
    this.#waiting += 1;
    for (const name of this.#counted) this.#batches.set(name, (this.#batches.get(name) ?? 0n) + 1n);
  }

  setLearningRate(rate: number): void {
    this.#optimizer = { ...this.#optimizer, learning_rate: rate };
  }

  async applyStep(): Promise<void> {
    this.#gpu.check();
    this.#steps += 1;
    const { words, numbers } = optimizerRecord(this.#optimizer, this.#steps, this.#numbers, this.#rows);
    this.#numbers = numbers;
    this.#program.writeUniform('optimizer', words);
    this.#pending ??= this.#gpu.device.createCommandEncoder();
    this.#program.record(this.#pending, 'optimize', 0, { clock: this.kernelTimes });
    this.#flush();
    this.#rows = 0;
  }

  async submitted(): Promise<void> {
    await this.#gpu.guard(this.#queue.onSubmittedWorkDone());
  }

  async #readLosses(): Promise<void> {
    if (this.#waiting === 0) return;
    this.#flush();
    const [losses] = await this.#program.read([{ buffer: this.#program.buffer('losses'), offset: 0, bytes: this.#waiting * 4 }]);
    this.#losses.push(...new Float32Array(losses));
    this.#waiting = 0;
  }

  async takeLosses(): Promise<number[]> {
    this.#gpu.check();
    await this.#readLosses();
    const taken = this.#losses;
    this.#losses = [];
    return taken;
  }

  /** The buffer that holds a part of a parameter; `chunk`: of a matrix. */
  #bufferOf({ place }: Placed, of: Part, chunk = 0): GPUBuffer {
    if (place.kind === 'matrix') return this.#program.buffer(chunkName(of === 'value' ? 'matrix' : `slot${of}`, place, chunk));
    if (place.kind === 'running') return this.#program.buffer('running');
    return this.#program.buffer(`${of === 'value' ? 'weights' : `slots.${of}`}.${place.arena}`);
  }

  async #readParameter(placed: Placed, of: Part): Promise<Floats> {
    const { place, shape } = placed;
    if (place.kind !== 'matrix') {
      const region = { buffer: this.#bufferOf(placed, of), offset: place.offset * 4, bytes: place.floats * 4 };
      return fromArena(placed, new Float32Array((await this.#program.read([region]))[0]));
    }
    const result = new Float32Array(product(shape));
    for (const [chunk, { first, count }] of place.chunks.entries()) {
      const region = { buffer: this.#bufferOf(placed, of, chunk), offset: 0, bytes: count * place.row * 4 };
      fromRows(new Float32Array((await this.#program.read([region]))[0]), shape[1], place.row, result, first);
    }
    return result;
  }

  #writeParameter(placed: Placed, of: Part, data: Floats): void {
    const { place, shape } = placed;
    if (place.kind !== 'matrix') {
      this.#queue.writeBuffer(this.#bufferOf(placed, of), place.offset * 4, toArena(placed, data));
      return;
    }
    for (const [chunk, { first, count }] of place.chunks.entries())
      this.#queue.writeBuffer(this.#bufferOf(placed, of, chunk), 0, toRows(data, shape[1], place.row, first, count));
  }

  async readState(): Promise<StateDict> {
    this.#gpu.check();
    this.#flush();
    const placed = new Map(this.#program.design.layout.parameters.map((entry) => [entry.name, entry]));
    const state = new Map<string, StateTensor>();
    for (const { name, shape } of stateEntries(this.network)) {
      const entry = placed.get(name);
      const data =
        entry === undefined ? BigInt64Array.of(this.#batches.get(name) ?? 0n) : await this.#readParameter(entry, 'value');
      state.set(name, { shape, data });
    }
    return state;
  }

  async writeState(state: StateDict): Promise<void> {
    this.#gpu.check();
    this.#flush();
    const placed = new Map(this.#program.design.layout.parameters.map((entry) => [entry.name, entry]));
    for (const [name, { data }] of state) {
      const entry = placed.get(name);
      if (entry === undefined) this.#batches.set(name, BigInt(data[0]));
      else this.#writeParameter(entry, 'value', data as Floats);
    }
    await this.#gpu.guard(this.#queue.onSubmittedWorkDone());
  }

  async readOptimizer(): Promise<OptimizerState> {
    this.#gpu.check();
    this.#flush();
    const result = new Map<string, ParameterState>();
    if (this.#steps === 0) return result;
    const { layout, slots } = this.#program.design;
    for (const placed of layout.parameters.filter(({ trained }) => trained)) {
      const tensors: Record<string, Floats> = {};
      for (const [k, slot] of slots.entries()) tensors[slot] = await this.#readParameter(placed, k);
      result.set(placed.name, { step: this.#steps, numbers: this.#numbers, tensors });
    }
    return result;
  }

  async writeOptimizer(state: OptimizerState): Promise<void> {
    this.#gpu.check();
    this.#flush();
    const [first] = [...state.values()].sort((a, b) => b.step - a.step);
    this.#steps = first?.step ?? 0;
    this.#numbers = first?.numbers ?? firstNumbers(this.#optimizer);
    const { layout, slots } = this.#program.design;
    for (const placed of layout.parameters.filter(({ trained }) => trained)) {
      const tensors = state.get(placed.name)?.tensors ?? {};
      for (const [k, slot] of slots.entries())
        this.#writeParameter(placed, k, tensors[slot] ?? new Float32Array(product(placed.shape)));
    }
    await this.#gpu.guard(this.#queue.onSubmittedWorkDone());
  }

  memory(): MemoryInfo {
    return { bytes: this.#program.buffers.bytes, tensors: this.#program.buffers.count };
  }

  dispose(): void {
    this.#pending = undefined;
    this.kernelTimes?.destroy();
    this.#program.buffers.destroy();
  }
}
