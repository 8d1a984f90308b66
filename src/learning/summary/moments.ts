/** @file Mean, standard deviation and range of many vectors, one after the other (Welford): memory for one vector, however many there are. */

export interface Moments {
  readonly count: number;
  readonly mean: readonly number[];
  /** Of a sample: divided by count − 1; NaN for a single vector. */
  readonly std: readonly number[];
  readonly least: readonly number[];
  readonly greatest: readonly number[];
}

export class RunningMoments {
  #count = 0;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  readonly #least: Float64Array;
  readonly #greatest: Float64Array;

  constructor(size: number) {
    this.#mean = new Float64Array(size);
    this.#squares = new Float64Array(size);
    this.#least = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.#greatest = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  }

  add(vector: ArrayLike<number>): void {
    this.#count++;
    for (let i = 0; i < this.#mean.length; i++) {
      const value = vector[i];
      const before = value - this.#mean[i];
      this.#mean[i] += before / this.#count;
      this.#squares[i] += before * (value - this.#mean[i]);
      this.#least[i] = Math.min(this.#least[i], value);
      this.#greatest[i] = Math.max(this.#greatest[i], value);
    }
  }

  get(): Moments {
    return {
      count: this.#count,
      mean: [...this.#mean],
      std: [...this.#squares].map((sum) => Math.sqrt(sum / (this.#count - 1))),
      least: [...this.#least],
      greatest: [...this.#greatest],
    };
  }
}
