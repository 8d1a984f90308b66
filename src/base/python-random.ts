/** @file Python's `random` module: the part that ClinicaDL draws from. */
import { MersenneTwister, type TwisterState } from './mersenne-twister';
import { twisterDouble } from './numpy-random';

export class PythonRandom {
  #twister: MersenneTwister;

  /** Seed: any integer up to 2⁵³; its sign is ignored, as in Python. */
  constructor(seed: number) {
    const size = Math.abs(seed);
    const high = Math.floor(size / 2 ** 32);
    this.#twister = MersenneTwister.fromArray(high === 0 ? [size >>> 0] : [size >>> 0, high]);
  }

  static fromState(state: TwisterState): PythonRandom {
    const random = new PythonRandom(0);
    random.#twister = MersenneTwister.fromState(state);
    return random;
  }

  /** Plain data, may be cloned or stored. */
  state(): TwisterState {
    return this.#twister.state();
  }

  /** A double in [0, 1) with 53 random bits. */
  random(): number {
    return twisterDouble(this.#twister);
  }

  /** A whole number from a to b, both included. */
  randint(a: number, b: number): number {
    return a + this.#below(b - a + 1);
  }

  /** One of the items. */
  choice<T>(items: readonly T[]): T {
    return items[this.#below(items.length)];
  }

  /** A whole number below n ≤ 2³¹: as many random bits as n has, drawn again while they are n or more. */
  #below(n: number): number {
    const shift = Math.clz32(n);
    for (;;) {
      const drawn = this.#twister.next32() >>> shift;
      if (drawn < n) return drawn;
    }
  }

  /** A double between a and b. */
  uniform(a: number, b: number): number {
    return a + (b - a) * this.random();
  }
}
