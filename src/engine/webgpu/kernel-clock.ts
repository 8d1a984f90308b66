/** @file When each kernel of a submit began and ended, by the clock of the device (`timestamp-query`). */
import type { GpuDevice } from '../../gpu/device';
import type { KernelTime, KernelTimes } from '../executor';

/** Timestamps that one query set may hold, by the standard; two for each kernel. */
const mostQueries = 4096;
const bytesEach = 8;

export class KernelClock implements KernelTimes {
  readonly #gpu: GpuDevice;
  #made: { readonly set: GPUQuerySet; readonly resolved: GPUBuffer } | undefined;
  #running = false;
  #names: string[] = [];
  #leftOut = 0;
  #staging: GPUBuffer | undefined;
  #found: Promise<KernelTime[]>[] = [];

  private constructor(gpu: GpuDevice) {
    this.#gpu = gpu;
  }

  /** Undefined where the device has no clock. */
  static of(gpu: GpuDevice): KernelClock | undefined {
    return gpu.device.features.has('timestamp-query') ? new KernelClock(gpu) : undefined;
  }

  begin(): void {
    const { device } = this.#gpu;
    this.#made ??= {
      set: device.createQuerySet({ type: 'timestamp', count: mostQueries }),
      resolved: device.createBuffer({
        size: mostQueries * bytesEach,
        usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
      }),
    };
    this.#running = true;
    this.#leftOut = 0;
    this.#found = [];
  }

  get running(): boolean {
    return this.#running;
  }

  /** For the pass of one kernel of the submit that is recorded now; undefined: it is not timed, as there are too many. */
  next(name: string): GPUComputePassTimestampWrites | undefined {
    const at = this.#names.length * 2;
    if (!this.#running || this.#made === undefined) return undefined;
    if (at + 2 > mostQueries) {
      this.#leftOut++;
      return undefined;
    }
    this.#names.push(name);
    return { querySet: this.#made.set, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 };
  }

  /** After all kernels of a submit, before it is sent. */
  resolve(encoder: GPUCommandEncoder): void {
    const count = this.#names.length * 2;
    if (count === 0 || this.#made === undefined) return;
    const { set, resolved } = this.#made;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    this.#staging = this.#gpu.device.createBuffer({ size: count * bytesEach, usage });
    encoder.resolveQuerySet(set, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, this.#staging, 0, count * bytesEach);
  }

  /** After the submit was sent. */
  submitted(): void {
    const [staging, names] = [this.#staging, this.#names];
    this.#staging = undefined;
    this.#names = [];
    if (staging === undefined) return;
    const read = this.#read(staging, names);
    read.catch(() => {}); // told where it is awaited
    this.#found.push(read);
  }

  async #read(staging: GPUBuffer, names: readonly string[]): Promise<KernelTime[]> {
    try {
      await this.#gpu.guard(staging.mapAsync(GPUMapMode.READ));
      const ticks = new BigUint64Array(staging.getMappedRange());
      // Nanoseconds, whose sum since the device began may be beyond 2⁵³.
      const ms = (tick: bigint): number => Number(tick / 1000n) / 1000 + Number(tick % 1000n) / 1e6;
      return names.map((name, i) => ({ name, from: ms(ticks[2 * i]), to: ms(ticks[2 * i + 1]) }));
    } finally {
      staging.destroy();
    }
  }

  async end(): Promise<{ readonly submits: readonly (readonly KernelTime[])[]; readonly leftOut: number }> {
    this.#running = false;
    const submits = await Promise.all(this.#found.splice(0));
    return { submits, leftOut: this.#leftOut };
  }

  destroy(): void {
    this.#running = false;
    this.#made?.set.destroy();
    this.#made?.resolved.destroy();
    this.#made = undefined;
  }
}
