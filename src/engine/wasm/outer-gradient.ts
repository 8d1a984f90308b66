/** @file The gradient of a large linear layer's weights: a sum of outer products, kept as their factors until the step. */
import { product } from '../../base/shape';
import type { StateEntry } from '../../networks/parameters';
import type { WasmMemory } from '../../wasm/kernels';

/** As often as their factors are the products of one sample larger, or more often. */
const LARGER = 64;

const sizesOf = ([nOut, nIn]: readonly number[]) => ({ nOut, nIn });

/** Is the gradient of this parameter kept as factors? `linearStep` takes whole vectors of inputs. */
export function isOuter({ role, layer, shape }: StateEntry): boolean {
  if (role !== 'weight' || layer.op !== 'linear') return false;
  const { nOut, nIn } = sizesOf(shape);
  return nIn % 4 === 0 && product(shape) >= LARGER * (nIn + nOut);
}

/** Bytes of the factors of so many samples. */
export const outerBytes = ({ shape: [nOut, nIn] }: StateEntry, samples: number): number => 4 * (nOut + nIn) * samples;

export class OuterGradient {
  readonly nOut: number;
  readonly nIn: number;
  readonly #memory: WasmMemory;
  /** Addresses: x [samples, nIn] and dy [samples, nOut]. */
  #x = 0;
  #dy = 0;
  #samples = 0;
  #room = 0;

  constructor(memory: WasmMemory, { shape }: StateEntry) {
    this.#memory = memory;
    ({ nOut: this.nOut, nIn: this.nIn } = sizesOf(shape));
  }

  get x(): number {
    return this.#x;
  }

  get dy(): number {
    return this.#dy;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Makes room for n more samples, before the pass that adds them: taking memory moves the arena. */
  reserve(n: number): void {
    const needed = this.#samples + n;
    if (needed <= this.#room) return;
    this.#room = Math.max(2 * this.#room, needed);
    this.#x = this.#moved(this.#x, this.nIn);
    this.#dy = this.#moved(this.#dy, this.nOut);
  }

  #moved(from: number, each: number): number {
    const to = this.#memory.take(4 * each * this.#room);
    this.#memory.float32(to, each * this.#samples).set(this.#memory.float32(from, each * this.#samples));
    return to;
  }

  /** The factors of n samples, from these addresses. */
  add(x: number, dy: number, n: number): void {
    if (this.#samples + n > this.#room) throw new Error('no room was made for these samples');
    const copy = (from: number, to: number, each: number): void =>
      this.#memory.float32(to + 4 * each * this.#samples, each * n).set(this.#memory.float32(from, each * n));
    copy(x, this.#x, this.nIn);
    copy(dy, this.#dy, this.nOut);
    this.#samples += n;
  }

  clear(): void {
    this.#samples = 0;
  }
}
