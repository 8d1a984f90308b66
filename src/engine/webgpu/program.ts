/** @file Commands with buffers, bind groups and uniform records: everything that one network records into a command encoder. */
import { Buffers } from '../../gpu/buffers';
import type { GpuDevice } from '../../gpu/device';
import { workgroups } from '../../gpu/kernel';
import { rangeWords } from '../../gpu/kernels/example-arrays';
import type { CompileProgress, Pipelines } from '../../gpu/pipelines';
import { allocate, rowBuffers } from './buffers';
import { backwardBlocks, type Command, forwardBlocks, inferBlocks, type Source } from './commands';
import type { Layout } from './layout';
import { backwardLinear, forwardLinear, optimizerStep } from './linear-commands';

export type SequenceName = 'train' | 'infer' | 'optimize';

/** Bytes from record to record: offsets of uniforms are multiples of 256. */
const recordBytes = 256;

interface Recorded {
  readonly command: Command;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/** The command for a layout that may store activations as f16: those of its buffers that `bufferPlan` makes half as large. */
function storing({ half }: Layout, command: Command): Command {
  const { spec, constants } = command.use;
  if (!half) return command;
  if (spec.half !== undefined) return { ...command, use: { spec, constants: { HALF: 1, ...constants } } };
  const stored = command.sources.some((source) => 'buffer' in source && /^(y|p|peak|dp)\.|^slab$/.test(source.buffer));
  if (stored) throw new Error(`${spec.name} cannot read activations stored as f16`);
  return command;
}

export class Program {
  readonly buffers: Buffers;
  readonly layout: Layout;
  readonly #gpu: GpuDevice;
  readonly #pipelines: Pipelines;
  readonly #commands: Readonly<Record<SequenceName, readonly Command[]>>;
  readonly #byName: Map<string, GPUBuffer>;
  readonly #records: GPUBuffer;
  readonly #uniforms: Readonly<Record<'step' | 'adam', GPUBuffer>>;
  readonly #ranges: Source[];
  #recorded: Readonly<Record<SequenceName, readonly Recorded[]>> = { train: [], infer: [], optimize: [] };
  #capacity: number;
  /** Batch size that the range records describe. */
  #batch = 0;

  private constructor(gpu: GpuDevice, pipelines: Pipelines, layout: Layout, buffers: Buffers) {
    this.#gpu = gpu;
    this.#pipelines = pipelines;
    this.layout = layout;
    this.buffers = buffers;
    this.#byName = allocate(buffers, layout);
    this.#capacity = layout.batchSize;
    this.#commands = {
      train: [...forwardBlocks(layout), ...forwardLinear(layout, true), ...backwardLinear(layout), ...backwardBlocks(layout)].map(
        (command) => storing(layout, command),
      ),
      infer: [...inferBlocks(layout), ...forwardLinear(layout, false)].map((command) => storing(layout, command)),
      optimize: optimizerStep(layout),
    };
    this.#ranges = Object.values(this.#commands).flatMap((commands) =>
      commands.flatMap(({ sources }) => sources.filter((source) => 'range' in source)),
    );
    this.#records = buffers.uniform('ranges', this.#ranges.length * recordBytes);
    this.#uniforms = { step: buffers.uniform('step', 32), adam: buffers.uniform('adam', 16) };
  }

  /** Allocates and compiles. Throws `gpu-shader`, `gpu-out-of-memory`, `gpu-buffer-limit`. */
  static async create(gpu: GpuDevice, pipelines: Pipelines, layout: Layout, progress?: CompileProgress): Promise<Program> {
    const buffers = new Buffers(gpu);
    try {
      const program = await gpu.scoped(() => new Program(gpu, pipelines, layout, buffers));
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

  /** Rows that the matrices of the linear layers hold. */
  get capacity(): number {
    return this.#capacity;
  }

  #bind(): void {
    const all = (commands: readonly Command[]): Recorded[] =>
      commands.map((command) => {
        const pipeline = this.#pipelines.get(command.use);
        const entries = command.sources.map((source, binding) => ({ binding, resource: this.#resource(source) }));
        const group = this.#gpu.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
        return { command, pipeline, group };
      });
    const { train, infer, optimize } = this.#commands;
    this.#recorded = { train: all(train), infer: all(infer), optimize: all(optimize) };
  }

  #resource(source: Source): GPUBufferBinding {
    if ('uniform' in source) return { buffer: this.#uniforms[source.uniform] };
    if ('range' in source) return { buffer: this.#records, offset: this.#ranges.indexOf(source) * recordBytes, size: 48 };
    const buffer = this.buffer(source.buffer);
    return source.floats === undefined ? { buffer } : { buffer, offset: (source.offset ?? 0) * 4, size: source.floats * 4 };
  }

  /** Writes the records for a batch of n, if they are for another. Nothing that was recorded before may still wait to be submitted. */
  prepare(n: number): void {
    if (n === this.#batch) return;
    const words = new Int32Array((this.#ranges.length * recordBytes) / 4);
    for (const [i, source] of this.#ranges.entries())
      if ('range' in source) words.set(rangeWords(source.range(n)), (i * recordBytes) / 4);
    this.#gpu.device.queue.writeBuffer(this.#records, 0, words);
    this.#batch = n;
  }

  writeUniform(name: 'step' | 'adam', words: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): void {
    this.#gpu.device.queue.writeBuffer(this.#uniforms[name], 0, words);
  }

  /** Records a sequence for a batch of n in one compute pass. */
  record(encoder: GPUCommandEncoder, name: SequenceName, n: number): void {
    const pass = encoder.beginComputePass({ label: name });
    for (const { command, pipeline, group } of this.#recorded[name]) {
      const extent = command.extent(n);
      if (extent.threads === 0 || extent.z === 0) continue;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups(command.use.spec, command.use.constants, extent));
    }
    pass.end();
  }

  /** Makes room for `rows` rows, at least doubling it; keeps what is there. Throws `gpu-buffer-limit`. */
  async grow(rows: number): Promise<void> {
    const capacity = Math.max(rows, this.#capacity * 2);
    await this.#gpu.scoped(() => {
      const encoder = this.#gpu.device.createCommandEncoder();
      const old: GPUBuffer[] = [];
      for (const [name, bytes] of rowBuffers(this.layout, capacity)) {
        const before = this.buffer(name);
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
  async read(parts: readonly { buffer: GPUBuffer; offset: number; bytes: number }[]): Promise<Float32Array<ArrayBuffer>[]> {
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
        const copy = new Float32Array(mapped.slice(at, at + bytes));
        at += bytes;
        return copy;
      });
    } finally {
      staging.destroy();
    }
  }
}
