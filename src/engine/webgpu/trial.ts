/**
 * @file Tries the kernels that a network could use on its device for a few seconds, on the network's own shapes, and chooses. One that
 * does not compile there, or computes its first example wrongly, is never chosen; nor is one that gains less than measuring errs.
 */
import { AppError } from '../../base/errors';
import { Buffers } from '../../gpu/buffers';
import type { GpuDevice } from '../../gpu/device';
import { isRight } from '../../gpu/is-right';
import { pipelineKey, workgroups } from '../../gpu/kernel';
import { stepWords } from '../../gpu/kernels/linear';
import type { Pipelines } from '../../gpu/pipelines';
import type { KernelChoice, KernelTrial, MemoryRequest, TrialLimits } from '../executor';
import { type Design, designOf } from './buffers';
import type { Command, Source } from './command';
import type { LayoutLimits } from './layout';
import { type Sequence, seenBytes } from './sequence';
import type { Offer } from './variants/variant';

/** How much faster than the standard kernel another one has to be. */
const GAIN = 1.05;
/** A measurement takes about so long: a part of a large row, or a small row several times. */
const MEASURE_MS = 6;
const MOST_REPEATS = 64;
const ROUNDS = 3;
/** Kernels of so many rows are compiled while others are timed. */
const AHEAD = 3;
/** The first look is at so much of a row; four times as much until it takes long enough. */
const FIRST_SHARE = 1 / 64;

interface Candidate {
  readonly name: string;
  /** One for each kernel that takes part. */
  readonly parts: readonly { readonly command: Command; readonly sequence: Sequence }[];
}

/** What a design does for a row: each kernel once, though it may run for several layers and windows. */
function partsOf({ training, evaluation }: Design, key: string): Candidate['parts'] {
  const found = new Map<string, Candidate['parts'][number]>();
  for (const sequence of training === undefined ? [evaluation] : [training, evaluation])
    for (const command of sequence.commands) {
      const kernel = pipelineKey(command.use.spec, command.use.constants);
      if (command.key === key && !found.has(kernel)) found.set(kernel, { command, sequence });
    }
  return [...found.values()];
}

/** Blocks come last, with the convolutions that were chosen for them; before, what costs most comes first. */
function inTurn(offers: ReadonlyMap<string, Offer>, known: KernelChoice): [string, Offer][][] {
  const open = [...offers].filter(([key, { names }]) => names.length > 1 && !Object.hasOwn(known, key));
  const ordered = open.sort(([, a], [, b]) => b.work - a.work);
  const isBlock = ([key]: [string, Offer]): boolean => /^(first )?block /.test(key);
  return [ordered.filter((one) => !isBlock(one)), ordered.filter(isBlock)];
}

/** Chooses for the rows that `request.kernels` does not name. Rejects with the signal's reason and with what the device failed of. */
export async function tryKernels(
  gpu: GpuDevice,
  pipelines: Pipelines,
  request: MemoryRequest,
  limits: LayoutLimits,
  { signal, milliseconds, progress = () => {} }: TrialLimits,
): Promise<KernelTrial> {
  const known = request.kernels ?? {};
  const design = (kernels: KernelChoice): Design => designOf({ ...request, kernels }, limits);
  const { offers } = design(known).layout.kernels;
  const choice: Record<string, string> = {};
  for (const [key, { names }] of offers) if (names.length > 1) choice[key] = Object.hasOwn(known, key) ? known[key] : names[0];
  const turns = inTurn(offers, known);
  const total = turns.flat().length;
  const timed: string[] = [];
  const gains: Record<string, number> = {};
  const wrong = new Set<string>();
  const bench = new Bench(gpu, pipelines, request.batchSize, signal, performance.now() + milliseconds);
  try {
    for (const rows of turns) {
      // The first design has the first kernel of every row, the second the second.
      const most = Math.max(0, ...rows.map(([, { names }]) => names.length));
      const designs = Array.from({ length: most }, (_, i) =>
        design({ ...choice, ...Object.fromEntries(rows.map(([key, { names }]) => [key, names[Math.min(i, names.length - 1)]])) }),
      );
      const compiling: Promise<Candidate[]>[] = [];
      for (const [row, [key, { names }]] of rows.entries()) {
        while (compiling.length < Math.min(rows.length, row + 1 + AHEAD)) {
          const [next, offer] = rows[compiling.length];
          const candidates = offer.names.map((name, i): Candidate => ({ name, parts: partsOf(designs[i], next) }));
          compiling.push(bench.usable(candidates, wrong));
          compiling.at(-1)!.catch(() => {}); // told where it is awaited
        }
        const times = await bench.times(compiling[row], designs[0]);
        if (times === null) return { choice, timed, gains, wrong: [...wrong] };
        const standard = times.get(names[0]);
        const [name, best] = [...times].reduce((a, b) => (b[1] < a[1] ? b : a), [names[0], Number.POSITIVE_INFINITY]);
        if (standard !== undefined && best * GAIN < standard) {
          choice[key] = name;
          gains[key] = standard / best;
        }
        timed.push(key);
        progress(timed.length, total);
      }
    }
    return { choice, timed, gains, wrong: [...wrong] };
  } finally {
    bench.destroy();
  }
}

interface Runnable {
  readonly command: Command;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/** Memory that kernels may read and write, and a clock. */
class Bench {
  readonly #gpu: GpuDevice;
  readonly #pipelines: Pipelines;
  readonly #batch: number;
  readonly #signal: AbortSignal;
  readonly #deadline: number;
  readonly #buffers: Buffers;
  /** What is read, then what the first binding that is written writes, and so on. */
  readonly #memory = new Map<string, GPUBuffer>();

  constructor(gpu: GpuDevice, pipelines: Pipelines, batch: number, signal: AbortSignal, deadline: number) {
    this.#gpu = gpu;
    this.#pipelines = pipelines;
    this.#batch = batch;
    this.#signal = signal;
    this.#deadline = deadline;
    this.#buffers = new Buffers(gpu);
  }

  destroy(): void {
    this.#buffers.destroy();
  }

  get #over(): boolean {
    return performance.now() >= this.#deadline;
  }

  /** The promise's value, or undefined when the time is up first. */
  async #inTime<T>(promise: Promise<T>): Promise<T | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), Math.max(0, this.#deadline - performance.now()));
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
      this.#signal.throwIfAborted();
    }
  }

  /** Those of a row that this device compiles and computes rightly; the first is taken as it is. */
  async usable(candidates: readonly Candidate[], wrong: Set<string>): Promise<Candidate[]> {
    const found = await Promise.all(candidates.map(async ({ parts }, i) => i === 0 || (await this.#compiles(parts, wrong))));
    await this.#pipelines.compile(candidates[0].parts.map(({ command }) => command.use));
    return candidates.filter((_, i) => found[i]);
  }

  /** Notes the first of the kernels that does not compile here, or computes its example wrongly. */
  async #compiles(parts: Candidate['parts'], wrong: Set<string>): Promise<boolean> {
    for (const { command } of parts) {
      const { spec } = command.use;
      try {
        await this.#pipelines.compile([command.use]);
        if (await isRight(this.#gpu, spec)) continue;
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'gpu-shader') throw error;
      }
      wrong.add(spec.name);
      return false;
    }
    return true;
  }

  /** Milliseconds of a part of the row, by name of those that could be tried; null when the time is up. */
  async times(compiling: Promise<Candidate[]>, design: Design): Promise<Map<string, number> | null> {
    const usable = await this.#inTime(compiling);
    if (usable === undefined) return null;
    const runnable = await this.#bind(usable, design);
    const times = new Map<string, number>();
    if (runnable === null) return times;
    let share = FIRST_SHARE;
    let once = await this.#time(runnable[0], share, 1);
    while (once < MEASURE_MS && share < 1) {
      if (this.#over) return null;
      share *= 4;
      once = await this.#time(runnable[0], share, 1);
    }
    const repeats = Math.max(1, Math.min(MOST_REPEATS, Math.round(MEASURE_MS / once)));
    // In turns, and the best of each: what else the device does meanwhile disturbs all alike. The first round warms up.
    for (let round = 0; round <= ROUNDS; round++)
      for (const [i, { name }] of usable.entries()) {
        if (this.#over) return null;
        const time = await this.#time(runnable[i], share, round === 0 ? 1 : repeats);
        if (round > 0) times.set(name, Math.min(time, times.get(name) ?? Number.POSITIVE_INFINITY));
      }
    return times;
  }

  /** Bind groups of each candidate; null where the device has not enough memory for them. */
  async #bind(candidates: readonly Candidate[], design: Design): Promise<Runnable[][] | null> {
    const { device } = this.#gpu;
    // Not as errors of the device: nothing but the trial needs this memory.
    device.pushErrorScope('out-of-memory');
    const sizes = new Map<string, number>();
    const named = candidates.map(({ parts }) =>
      parts.map(({ command, sequence }) => {
        let written = 0;
        return command.sources.map((source, i) => {
          const { access } = command.use.spec.bindings[i];
          if (access === 'uniform') return null;
          const name = access === 'read' ? 'read' : `write${written++}`;
          const bytes = bytesOf(source, sequence, design);
          sizes.set(name, Math.max(bytes, sizes.get(name) ?? 0));
          return { name, bytes };
        });
      }),
    );
    for (const [name, bytes] of sizes) {
      const known = this.#memory.get(name);
      if (known !== undefined && known.size >= bytes) continue;
      if (known !== undefined) this.#buffers.release(known);
      this.#memory.set(name, this.#buffers.storage(`trial ${name}`, bytes));
    }
    const made = candidates.map(({ parts }, c) =>
      parts.map(({ command }, k): Runnable => {
        const pipeline = this.#pipelines.get(command.use);
        const entries = command.sources.map((source, binding) => {
          const at = named[c][k][binding];
          const resource = at === null ? this.#uniform(source) : { buffer: this.#memory.get(at.name)!, size: at.bytes };
          return { binding, resource };
        });
        return { command, pipeline, group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }) };
      }),
    );
    const full = await this.#gpu.guard(device.popErrorScope());
    return full === null ? made : null;
  }

  #uniform(source: Source): GPUBufferBinding {
    const words = 'words' in source ? source.words(this.#batch) : stepWords(this.#batch);
    const buffer = this.#buffers.uniform('trial words', words.byteLength);
    this.#gpu.device.queue.writeBuffer(buffer, 0, words);
    return { buffer };
  }

  /** Milliseconds of a share of the threads. */
  async #time(parts: readonly Runnable[], share: number, repeats: number): Promise<number> {
    this.#signal.throwIfAborted();
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let k = 0; k < repeats; k++)
      for (const { command, pipeline, group } of parts) {
        const { spec, constants } = command.use;
        const extent = command.extent(this.#batch);
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        const threads = Math.ceil(extent.threads * share);
        pass.dispatchWorkgroups(...workgroups(spec, constants, { ...extent, threads }));
      }
    pass.end();
    const commands = encoder.finish();
    const begin = performance.now();
    device.queue.submit([commands]);
    await this.#gpu.guard(device.queue.onSubmittedWorkDone());
    return (performance.now() - begin) / repeats;
  }
}

/** Bytes that a binding shows. */
function bytesOf(source: Source, sequence: Sequence, design: Design): number {
  if ('tensor' in source) return Math.ceil(seenBytes(sequence, source) / 4) * 4;
  if (!('buffer' in source)) throw new Error('a record is no storage');
  return source.floats === undefined ? design.buffers.get(source.buffer)!.bytes : source.floats * 4;
}
