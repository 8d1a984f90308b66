/** @file A tensor of a plan on the WebAssembly heap: voxels of consecutive channels, with zeros around them where convolutions read. */
import type { Shape } from '../../networks/operations';
import type { WasmMemory } from '../../wasm/kernels';

/** Along D, H and W; D is 1 in 2D, and a row of numbers is one voxel. */
export type Space = readonly [d: number, h: number, w: number];

/** Voxels of zeros before and behind, along each axis. */
export interface Halo {
  readonly low: Space;
  readonly high: Space;
}

export const noHalo: Halo = { low: [0, 0, 0], high: [0, 0, 0] };

const larger = (a: Space, b: Space): Space => [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])];

/** Enough for both. */
export function joinHalos(a: Halo, b: Halo): Halo {
  return { low: larger(a.low, b.low), high: larger(a.high, b.high) };
}

/** Space of a value [c, …space]. */
export function spaceOf([, ...space]: Shape): Space {
  if (space.length === 0) return [1, 1, 1];
  return space.length === 2 ? [1, space[0], space[1]] : [space[0], space[1], space[2]];
}

/** Bytes of each axis' step of a padded volume: plane, row; and of the whole. */
function strides(shape: Shape, { low, high }: Halo): { readonly plane: number; readonly row: number; readonly sample: number } {
  const [d, h, w] = spaceOf(shape).map((length, axis) => low[axis] + length + high[axis]);
  const row = 4 * w * shape[0];
  return { plane: h * row, row, sample: d * h * row };
}

/** Bytes of a sample, halo included. */
export const sampleBytes = (shape: Shape, halo: Halo): number => strides(shape, halo).sample;

export class Volume {
  readonly channels: number;
  readonly space: Space;
  readonly halo: Halo;
  /** Address of its view, which the kernels read. */
  readonly view: number;
  readonly #memory: WasmMemory;
  readonly #strides: ReturnType<typeof strides>;
  #base = 0;

  constructor(memory: WasmMemory, shape: Shape, halo: Halo) {
    this.#memory = memory;
    this.channels = shape[0];
    this.space = spaceOf(shape);
    this.halo = halo;
    this.#strides = strides(shape, halo);
    this.view = memory.take(32);
  }

  /** Values of a sample, without the halo. */
  get length(): number {
    const [d, h, w] = this.space;
    return d * h * w * this.channels;
  }

  /** True if samples follow one another without a gap. */
  get dense(): boolean {
    return this.#strides.sample === 4 * this.length;
  }

  /** Address of the first voxel. */
  get base(): number {
    return this.#base;
  }

  /** Lets it lie at an address from now on. */
  settle(address: number): void {
    const { sample, plane, row } = this.#strides;
    const [d, h, w] = this.halo.low;
    this.#base = address + d * plane + h * row + 4 * w * this.channels;
    this.#memory.uint32(this.view, 8).set([this.#base, sample, plane, row, ...this.space, this.channels]);
  }

  /** Makes the view at an address that of some planes of a sample. */
  viewPlanes(view: number, sample: number, from: number, count: number): void {
    const { sample: whole, plane, row } = this.#strides;
    const base = this.#base + sample * whole + from * plane;
    this.#memory.uint32(view, 8).set([base, whole, plane, row, count, this.space[1], this.space[2], this.channels]);
  }

  /** Calls with each row of n samples, and the number of values before it. */
  #eachRow(n: number, visit: (row: Float32Array, before: number) => void): void {
    const [depth, height, width] = this.space;
    const { sample, plane, row } = this.#strides;
    const length = width * this.channels;
    let before = 0;
    for (let i = 0; i < n; i++) {
      for (let d = 0; d < depth; d++) {
        for (let h = 0; h < height; h++) {
          visit(this.#memory.float32(this.#base + i * sample + d * plane + h * row, length), before);
          before += length;
        }
      }
    }
  }

  /** Values of n samples, channels last. */
  write(values: Float32Array, n: number): void {
    if (this.dense) this.#memory.float32(this.#base, n * this.length).set(values);
    else this.#eachRow(n, (row, before) => row.set(values.subarray(before, before + row.length)));
  }

  /** Values of n samples, channels last: where they lie, or copied. */
  read(n: number): Float32Array {
    if (this.dense) return this.#memory.float32(this.#base, n * this.length);
    const values = new Float32Array(n * this.length);
    this.#eachRow(n, (row, before) => values.set(row, before));
    return values;
  }

  /** The same in PyTorch's order [n, c, …space]. */
  readPyTorch(n: number): Float32Array<ArrayBuffer> {
    return toPyTorch(this.read(n), n, this.channels);
  }

  writePyTorch(values: Float32Array, n: number): void {
    this.write(fromPyTorch(values, n, this.channels), n);
  }
}

/** [n, voxels, c] → [n, c, voxels], a copy. */
export function toPyTorch(values: Float32Array, n: number, channels: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  const voxels = values.length / (n * channels);
  if (channels === 1 || voxels === 1) result.set(values);
  else {
    for (let i = 0, at = 0; i < n; i++) {
      for (let v = 0; v < voxels; v++) {
        for (let c = 0; c < channels; c++) result[(i * channels + c) * voxels + v] = values[at++];
      }
    }
  }
  return result;
}

/** [n, c, voxels] → [n, voxels, c]; the same array where both are one. */
function fromPyTorch(values: Float32Array, n: number, channels: number): Float32Array {
  const voxels = values.length / (n * channels);
  if (channels === 1 || voxels === 1) return values;
  const result = new Float32Array(values.length);
  for (let i = 0, at = 0; i < n; i++) {
    for (let v = 0; v < voxels; v++) {
      for (let c = 0; c < channels; c++) result[at++] = values[(i * channels + c) * voxels + v];
    }
  }
  return result;
}
