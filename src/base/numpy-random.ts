/**
 * @file numpy's legacy generator (`numpy.random.RandomState`, also behind `numpy.random.seed`), draw for draw.
 *
 * Rules of numpy 1.x, whose legacy stream is frozen: 53-bit doubles, masked rejection for bounded integers, Fisher-Yates from
 * the end, and the polar method with one stored value for normals.
 */
import { exactLog } from './exact-log';
import { MersenneTwister, type TwisterState } from './mersenne-twister';

export interface NumpyState extends TwisterState {
  /** The second normal of the last pair, or null. */
  readonly storedNormal: number | null;
}

export class NumpyRandom {
  #twister: MersenneTwister;
  #storedNormal: number | null = null;

  /** Seed: an integer 0…2³²−1. */
  constructor(seed: number) {
    this.#twister = MersenneTwister.fromSeed(seed);
  }

  static fromState(state: NumpyState): NumpyRandom {
    const random = new NumpyRandom(0);
    random.#twister = MersenneTwister.fromState(state);
    random.#storedNormal = state.storedNormal;
    return random;
  }

  state(): NumpyState {
    return { ...this.#twister.state(), storedNormal: this.#storedNormal };
  }

  /** A double in [0, 1) with 53 random bits. */
  random(): number {
    return twisterDouble(this.#twister);
  }

  /** A double in [lo, hi). */
  uniform(lo: number, hi: number): number {
    return lo + (hi - lo) * this.random();
  }

  /** An integer in [lo, hi); hi − lo at most 2³². Draws nothing when only one integer is possible. */
  randint(lo: number, hi: number): number {
    return lo + this.#bounded(hi - lo - 1);
  }

  /** `size` integers in [0, n), as `randint(0, n, size)`. */
  integers(n: number, size: number): Uint32Array {
    const result = new Uint32Array(size);
    for (let i = 0; i < size; i++) result[i] = this.#bounded(n - 1);
    return result;
  }

  /** Shuffles in place; a draw is made for every item but the first. */
  shuffle<T>(items: T[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.#bounded(i);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
  }

  /** The numbers 0…n−1 in random order. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    this.shuffle(order);
    return order;
  }

  /** `size` of the numbers 0…n−1, each at most once: the head of a permutation of all. */
  choice(n: number, size: number): number[] {
    return this.permutation(n).slice(0, size);
  }

  /** `size` positions in `weights`, drawn with replacement in proportion to the weights. */
  weightedChoice(weights: readonly number[], size: number): number[] {
    let sum = 0;
    const cumulative = weights.map((weight) => {
      sum += weight;
      return sum;
    });
    return Array.from({ length: size }, () => {
      const u = this.random();
      return cumulative.findIndex((c) => c / sum > u);
    });
  }

  /** A normal deviate; every second call returns the stored half of a pair. */
  normal(mean = 0, sd = 1): number {
    return mean + sd * this.#standardNormal();
  }

  /** As `count` calls of `normal` whose values nobody wants, in a third of the time. */
  skipNormals(count: number): void {
    let left = count;
    if (left > 0 && this.#storedNormal !== null) {
      this.#storedNormal = null;
      left--;
    }
    for (; left > 1; left -= 2) this.#point();
    if (left === 1) this.#standardNormal();
  }

  /** A point in the unit circle, but not its centre, and its squared distance from it. */
  #point(): readonly [number, number, number] {
    for (;;) {
      const x1 = 2 * this.random() - 1;
      const x2 = 2 * this.random() - 1;
      const r = x1 * x1 + x2 * x2;
      if (r < 1 && r !== 0) return [x1, x2, r];
    }
  }

  #standardNormal(): number {
    if (this.#storedNormal !== null) {
      const stored = this.#storedNormal;
      this.#storedNormal = null;
      return stored;
    }
    const [x1, x2, r] = this.#point();
    const f = Math.sqrt((-2 * exactLog(r)) / r);
    this.#storedNormal = f * x1;
    return f * x2;
  }

  /** An integer in [0, max], by masking and rejection. */
  #bounded(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    let value: number;
    do value = (this.#twister.next32() & mask) >>> 0;
    while (value > max);
    return value;
  }
}

/** The 53-bit double in [0, 1) that numpy and Python both make of two words. */
export function twisterDouble(twister: MersenneTwister): number {
  const a = twister.next32() >>> 5;
  const b = twister.next32() >>> 6;
  return (a * 67108864 + b) / 9007199254740992;
}
