/** @file Python's `random` module: the part that ClinicaDL draws from. */
import { MersenneTwister } from './mersenne-twister';
import { twisterDouble } from './numpy-random';

export class PythonRandom {
  readonly #twister: MersenneTwister;

  /** Seed: any integer up to 2⁵³; its sign is ignored, as in Python. */
  constructor(seed: number) {
    const size = Math.abs(seed);
    const high = Math.floor(size / 2 ** 32);
    this.#twister = MersenneTwister.fromArray(high === 0 ? [size >>> 0] : [size >>> 0, high]);
  }

  /** A double in [0, 1) with 53 random bits. */
  random(): number {
    return twisterDouble(this.#twister);
  }

  /** A double between a and b. */
  uniform(a: number, b: number): number {
    return a + (b - a) * this.random();
  }
}
