/** @file Commands with buffers, bind groups and uniform records: everything that one network records into a command encoder. */
import { appError } from '../../base/errors';
import { Buffers } from '../../gpu/buffers';
import type { GpuDevice } from '../../gpu/device';
import { workgroups } from '../../gpu/kernel';
import type { CompileProgress, Pipelines } from '../../gpu/pipelines';
import { arenaName, type Design, rowBuffers, rowsName } from './buffers';
import type { Command, Source, TensorSource, UniformName } from './command';
import type { KernelClock } from './kernel-clock';
import { optimizerCommands } from './optimize';
import type { Sequence } from './sequence';
import { type Stored, widthOf } from './site';

export type SequenceName = 'train' | 'infer' | 'optimize' | 'explain';

/** Bytes from record to record: offsets of uniforms are multiples of 256. */
const recordBytes = 256;

interface Recorded {
  readonly command: Command;
  readonly pipeline: GPUComputePipeline;
  /** By the first row of vectors that stay; one for all where it sees none. */
  readonly groups: Map<number, GPUBindGroup>;
  readonly seesRows: boolean;
}

interface Recording {
  /** Where the vectors that stay begin. */
  readonly row?: number;
  /** Commands from…to. */
  readonly from?: number;
  readonly to?: number;
  readonly clock?: KernelClock | undefined;
}

const timedPass = (label: string, timestampWrites?: GPUComputePassTimestampWrites): GPUComputePassDescriptor =>
  timestampWrites === undefined ? { label } : { label, timestampWrites };

export class Program {
  readonly buffers: Buffers;
  readonly design: Design;
  readonly #gpu: GpuDevice;
  readonly #pipelines: Pipelines;
  readonly #commands: Readonly<Record<SequenceName, readonly Command[]>>;
  readonly #byName: Map<string, GPUBuffer>;
  readonly #records: GPUBuffer;
  readonly #recordOf: ReadonlyMap<Source, number>;
  readonly #uniforms: Readonly<Record<UniformName, GPUBuffer>>;
  #recorded: Readonly<Record<SequenceName, readonly Recorded[]>> = { train: [], infer: [], optimize: [], explain: [] };
  #capacity: number;
  /** Batch size that the records describe. */
  #batch = 0;

  private constructor(gpu: GpuDevice, pipelines: Pipelines, design: Design, buffers: Buffers) {
    this.#gpu = gpu;
    this.#pipelines = pipelines;
    this.design = design;
    this.buffers = buffers;
    this.#byName = new Map([...design.buffers].map(([name, { bytes }]) => [name, buffers.storage(name, bytes)]));
    this.#capacity = design.layout.batchSize;
    const { training, evaluation, explaining, layout } = design;
    this.#commands = {
      explain: explaining?.commands ?? [],
      train: training?.commands ?? [],
      infer: evaluation.commands,
      optimize: training === undefined ? [] : optimizerCommands(layout, training, design.optimizer),
    };
    const sources = Object.values(this.#commands).flatMap((commands) => commands.flatMap((command) => command.sources));
    const records = [...new Set(sources.filter((source) => 'words' in source))];
    this.#recordOf = new Map(records.map((source, index) => [source, index]));
    this.#records = buffers.uniform('records', records.length * recordBytes);
    this.#uniforms = {
      step: buffers.uniform('step', 16),
      optimizer: buffers.uniform('optimizer', 24),
      reversal: buffers.uniform('reversal', 16),
    };
  }

  /** Allocates and compiles. Throws `gpu-shader`, `gpu-out-of-memory`, `gpu-buffer-limit`. */
  static async create(gpu: GpuDevice, pipelines: Pipelines, design: Design, progress?: CompileProgress): Promise<Program> {
    const buffers = new Buffers(gpu);
    try {
      const program = await gpu.scoped(() => new Program(gpu, pipelines, design, buffers));
      const uses = Object.values(program.#commands).flatMap((commands) => commands.map(({ use }) => use));
      await gpu.guard(pipelines.compile(uses, progress)); // a lost device refuses kernels, too
      await gpu.scoped(() => program.#bind());
      return program;
    } catch (error) {
      buffers.destroy();
      throw error;
    }
  }

  buffer(name: string): GPUBuffer {
    // Work that was let go when the executor was disposed of ends here, before a destroyed buffer spoils the device.
    if (this.buffers.count === 0) throw new DOMException('The network was disposed of.', 'AbortError');
    const buffer = this.#byName.get(name);
    if (buffer === undefined) throw new Error(`no buffer ${name}`);
    return buffer;
  }

  /** Samples whose rows the vectors that stay can hold. */
  get capacity(): number {
    return this.#capacity;
  }

  #sequence(name: SequenceName): Sequence {
    const { training, evaluation, explaining } = this.design;
    if (name === 'explain') return explaining!;
    return name === 'infer' ? evaluation : training!;
  }

  /** Bind groups that see no rows, and those that see the first. */
  #bind(): void {
    const all = (name: SequenceName): Recorded[] =>
      this.#commands[name].map((command) => {
        const seesRows = command.sources.some((source) => 'tensor' in source && this.#sequence(name).rows.has(source.tensor));
        const recorded = { command, pipeline: this.#pipelines.get(command.use), groups: new Map(), seesRows };
        this.#groupOf(name, recorded, 0);
        return recorded;
      });
    this.#recorded = { train: all('train'), infer: all('infer'), optimize: all('optimize'), explain: all('explain') };
  }

  #groupOf(name: SequenceName, recorded: Recorded, row: number): GPUBindGroup {
    const key = recorded.seesRows ? row : 0;
    const known = recorded.groups.get(key);
    if (known !== undefined) return known;
    const entries = recorded.command.sources.map((source, binding) => ({
      binding,
      resource: this.#resource(name, source, key),
    }));
    const group = this.#gpu.device.createBindGroup({ layout: recorded.pipeline.getBindGroupLayout(0), entries });
    recorded.groups.set(key, group);
    return group;
  }

  #resource(name: SequenceName, source: Source, row: number): GPUBufferBinding {
    if ('uniform' in source) return { buffer: this.#uniforms[source.uniform] };
    if ('words' in source)
      return {
        buffer: this.#records,
        offset: this.#recordOf.get(source)! * recordBytes,
        size: Math.max(16, source.words(0).byteLength),
      };
    if ('tensor' in source) return this.#region(this.#sequence(name), source, row);
    const buffer = this.buffer(source.buffer);
    return source.floats === undefined ? { buffer } : { buffer, offset: (source.offset ?? 0) * 4, size: source.floats * 4 };
  }

  /** Where what a source shows lies. */
  #region(sequence: Sequence, { tensor, part, from = 0, elements }: TensorSource, row: number): GPUBufferBinding {
    const vector = sequence.rows.get(tensor);
    if (vector !== undefined) return { buffer: this.buffer(rowsName(tensor)), offset: (row * vector.stride + from) * 4 };
    const { arena, offset, bytes } = this.design.placements.get(sequence)!.places.get(tensor)![part];
    const width = sequence.widthOf(tensor);
    const size = elements === undefined ? bytes - from * width : elements * width;
    return { buffer: this.buffer(arenaName(arena)), offset: offset + from * width, size };
  }

  /** Bytes of a sample's value in the buffers of a sequence. */
  sampleRegion(sequence: Sequence, stored: Stored, sample: number): { buffer: GPUBuffer; offset: number; bytes: number } {
    const part = stored.parts.findIndex(({ first, size }) => sample >= first && sample < first + size);
    const { arena, offset } = this.design.placements.get(sequence)!.places.get(stored.tensor)![part];
    const width = widthOf(stored);
    const at = offset + (sample - stored.parts[part].first) * stored.stride * width;
    return { buffer: this.buffer(arenaName(arena)), offset: at, bytes: stored.size * width };
  }

  /** Writes the records for a batch of n, if they are for another. Nothing that was recorded before may still wait to be submitted. */
  prepare(n: number): void {
    if (n === this.#batch) return;
    const words = new Int32Array((this.#recordOf.size * recordBytes) / 4);
    for (const [source, index] of this.#recordOf) if ('words' in source) words.set(source.words(n), (index * recordBytes) / 4);
    this.#gpu.device.queue.writeBuffer(this.#records, 0, words);
    this.#batch = n;
  }

  writeUniform(name: UniformName, words: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): void {
    this.#gpu.device.queue.writeBuffer(this.#uniforms[name], 0, words);
  }

  /** Records a sequence, or a part of it, for a batch of n in one compute pass; with a clock that runs, in one for each command. */
  record(encoder: GPUCommandEncoder, name: SequenceName, n: number, { row = 0, from = 0, to, clock }: Recording = {}): void {
    const timed = clock?.running ? clock : undefined;
    let pass = timed === undefined ? encoder.beginComputePass({ label: name }) : undefined;
    for (const recorded of this.#recorded[name].slice(from, to)) {
      const { command, pipeline } = recorded;
      const extent = command.extent(n);
      if (extent.threads === 0 || extent.z === 0) continue;
      if (timed !== undefined) pass = encoder.beginComputePass(timedPass(name, timed.next(command.use.spec.name)));
      if (pass === undefined) continue;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, this.#groupOf(name, recorded, row));
      pass.dispatchWorkgroups(...workgroups(command.use.spec, command.use.constants, extent));
      if (timed !== undefined) pass.end();
    }
    if (timed === undefined) pass?.end();
  }

  /** Makes room for the rows of so many samples, at least doubling it; keeps what is there. Throws `gpu-buffer-limit`. */
  async grow(rows: number): Promise<void> {
    const capacity = Math.max(rows, this.#capacity * 2);
    await this.#gpu.scoped(() => {
      const encoder = this.#gpu.device.createCommandEncoder();
      const old: GPUBuffer[] = [];
      for (const [name, bytes] of rowBuffers(this.design.training, capacity)) {
        const before = this.buffer(name);
        const limit = this.design.layout.largestBinding;
        if (bytes > limit) throw appError('gpu-buffer-limit', { what: `Rows of ${capacity} samples`, bytes, limit });
        const after = this.buffers.storage(name, bytes);
        encoder.copyBufferToBuffer(before, 0, after, 0, before.size);
        this.#byName.set(name, after);
        old.push(before);
      }
      this.#gpu.device.queue.submit([encoder.finish()]);
      for (const buffer of old) this.buffers.release(buffer);
      this.#bind();
    });
    this.#capacity = capacity;
  }

  /** Contents of buffers, read together; `bytes` from `offset` of each. */
  async read(parts: readonly { buffer: GPUBuffer; offset: number; bytes: number }[]): Promise<ArrayBuffer[]> {
    const { device } = this.#gpu;
    const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
    const staging = device.createBuffer({ size: Math.max(total, 4), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    try {
      const encoder = device.createCommandEncoder();
      let at = 0;
      for (const { buffer, offset, bytes } of parts) {
        encoder.copyBufferToBuffer(buffer, offset, staging, at, bytes);
        at += bytes;
      }
      device.queue.submit([encoder.finish()]);
      await this.#gpu.guard(staging.mapAsync(GPUMapMode.READ));
      const mapped = staging.getMappedRange();
      at = 0;
      return parts.map(({ bytes }) => {
        const copy = mapped.slice(at, at + bytes);
        at += bytes;
        return copy;
      });
    } finally {
      staging.destroy();
    }
  }
}
