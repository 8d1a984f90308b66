/**
 * @file PyTorch's CPU generator, draw for draw: 24-bit floats, 53-bit doubles, permutations, normals, multinomial, dropout masks
 * (those of builds without Intel's MKL).
 */
import { fma32 } from './fma32';
import { MersenneTwister, type TwisterState } from './mersenne-twister';
import { cosineAndSine32, log32 } from './vector-math';

export interface TorchState extends TwisterState {
  /** The second normal of the last pair, or null. */
  readonly storedNormal: number | null;
}

/** Normals are made in blocks of this length when at least one block is asked for. */
const BLOCK = 16;

export class TorchRandom {
  #twister: MersenneTwister;
  #storedNormal: number | null = null;

  /** Seed: a whole number; its low 32 bits count, as in `torch.manual_seed`. */
  constructor(seed: number) {
    this.#twister = MersenneTwister.fromSeed(seed);
  }

  static fromState(state: TorchState): TorchRandom {
    const random = new TorchRandom(0);
    random.#twister = MersenneTwister.fromState(state);
    random.#storedNormal = state.storedNormal;
    return random;
  }

  /** Plain data, may be cloned or stored. */
  state(): TorchState {
    return { ...this.#twister.state(), storedNormal: this.#storedNormal };
  }

  /** 32 random bits, unsigned. */
  next32(): number {
    return this.#twister.next32();
  }

  /** 63 random bits: an int64 tensor's `random_()`, and the base seed that each new loader iterator draws. */
  nextInt64(): bigint {
    const high = BigInt(this.next32());
    return ((high << 32n) | BigInt(this.next32())) & 0x7fff_ffff_ffff_ffffn;
  }

  /** A double in [0, 1) with 53 random bits; two words. */
  random53(): number {
    const high = this.next32() & 0x1fffff;
    return (high * 2 ** 32 + this.next32()) / 2 ** 53;
  }

  /** A float32 in [0, 1) with 24 random bits; one word. */
  random24(): number {
    return (this.next32() & 0xffffff) / 2 ** 24;
  }

  /** Fills `out` with `uniform_(a, b)`, in memory order. */
  uniformFloat32(out: Float32Array, a: number, b: number): void {
    const from = Math.fround(a);
    const range = Math.fround(Math.fround(b) - from);
    for (let i = 0; i < out.length; i++) out[i] = fma32(this.random24(), range, from);
  }

  /** The numbers 0…n−1 in random order; n − 1 draws. */
  randperm(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + (this.next32() % (n - i));
      const item = order[i];
      order[i] = order[j];
      order[j] = item;
    }
    return order;
  }

  /** Dropout in training: each element 0 with probability p, else float32 1/(1−p). p = 0 draws nothing. */
  dropoutMask(size: number, p: number): Float32Array<ArrayBuffer> {
    const mask = new Float32Array(size);
    if (p === 0) return mask.fill(1);
    const keep = Math.fround(1 / Math.fround(1 - p));
    for (let i = 0; i < size; i++) mask[i] = this.random53() < 1 - p ? keep : 0;
    return mask;
  }

  /** `count` positions in `weights`, drawn with replacement in proportion to the weights. */
  multinomial(weights: readonly number[], count: number): number[] {
    let total = 0;
    for (const weight of weights) total += weight;
    const cumulative = new Float64Array(weights.length);
    let sum = 0;
    weights.forEach((weight, i) => {
      sum += weight;
      cumulative[i] = sum / total;
    });
    cumulative[weights.length - 1] = 1;
    return Array.from({ length: count }, () => {
      const u = this.random53();
      let low = 0;
      let high = weights.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cumulative[middle] >= u) high = middle;
        else low = middle + 1;
      }
      return low;
    });
  }

  /**
   * `size` standard normals. Fewer than 16 come in pairs of doubles, the odd one being kept for the next call; 16 and more are made
   * from float32 uniforms with the functions of PyTorch's AVX2 kernels.
   */
  randn(size: number): Float32Array<ArrayBuffer> {
    const out = new Float32Array(size);
    if (size < BLOCK) {
      for (let i = 0; i < size; i++) out[i] = this.#normal();
      return out;
    }
    for (let i = 0; i < size; i++) out[i] = this.random24();
    for (let start = 0; start + BLOCK <= size; start += BLOCK) boxMuller(out.subarray(start, start + BLOCK));
    if (size % BLOCK !== 0) {
      const tail = out.subarray(size - BLOCK);
      for (let i = 0; i < BLOCK; i++) tail[i] = this.random24();
      boxMuller(tail);
    }
    return out;
  }

  #normal(): number {
    if (this.#storedNormal !== null) {
      const stored = this.#storedNormal;
      this.#storedNormal = null;
      return stored;
    }
    const angle = 2 * Math.PI * this.random53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.random53()));
    this.#storedNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

const TWO_PI = Math.fround(2 * Math.PI);
const pair = new Float32Array(2);

/** 16 uniforms → 16 normals, in place: the first half gives the radii, the second the angles. */
function boxMuller(block: Float32Array): void {
  for (let i = 0; i < BLOCK / 2; i++) {
    const radius = Math.fround(Math.sqrt(-2 * log32(1 - block[i])));
    cosineAndSine32(Math.fround(TWO_PI * block[i + BLOCK / 2]), pair);
    block[i] = radius * pair[0];
    block[i + BLOCK / 2] = radius * pair[1];
  }
}
