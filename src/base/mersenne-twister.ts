/**
 * @file MT19937, the generator under torch (CPU), numpy (legacy) and Python's `random`.
 *
 * Source: Matsumoto and Nishimura 1998. The three libraries differ in seeding and in how words become numbers;
 * those rules live in `torch-random.ts`, `numpy-random.ts` and `python-random.ts`.
 */

const N = 624;
const M = 397;

function twist(word: number, next: number): number {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}

export interface TwisterState {
  /** 624 words. */
  readonly words: Uint32Array;
  /** Index of the next word, 0…624. */
  readonly position: number;
}

export class MersenneTwister {
  #words = new Uint32Array(N);
  #position = N;

  /** `init_genrand`: seed modulo 2³². */
  static fromSeed(seed: number): MersenneTwister {
    const twister = new MersenneTwister();
    const words = twister.#words;
    words[0] = seed >>> 0;
    for (let i = 1; i < N; i++) {
      const previous = words[i - 1];
      words[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
    return twister;
  }

  /** `init_by_array`, used by Python's `random.seed`. */
  static fromArray(key: readonly number[]): MersenneTwister {
    const twister = MersenneTwister.fromSeed(19650218);
    const words = twister.#words;
    const at = (i: number): number => words[i];
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, key.length); k > 0; k--) {
      words[i] = (at(i) ^ Math.imul(at(i - 1) ^ (at(i - 1) >>> 30), 1664525)) + key[j] + j;
      if (++i >= N) {
        words[0] = at(N - 1);
        i = 1;
      }
      if (++j >= key.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) {
      words[i] = (at(i) ^ Math.imul(at(i - 1) ^ (at(i - 1) >>> 30), 1566083941)) - i;
      if (++i >= N) {
        words[0] = at(N - 1);
        i = 1;
      }
    }
    words[0] = 0x80000000;
    return twister;
  }

  static fromState(state: TwisterState): MersenneTwister {
    const twister = new MersenneTwister();
    twister.#words = Uint32Array.from(state.words);
    twister.#position = state.position;
    return twister;
  }

  state(): TwisterState {
    return { words: this.#words.slice(), position: this.#position };
  }

  /** The next tempered 32-bit word, as an unsigned number. */
  next32(): number {
    if (this.#position >= N) this.#regenerate();
    let y = this.#words[this.#position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #regenerate(): void {
    const words = this.#words;
    // Three stretches, so that no index has to be taken modulo N.
    for (let i = 0; i < N - M; i++) words[i] = words[i + M] ^ twist(words[i], words[i + 1]);
    for (let i = N - M; i < N - 1; i++) words[i] = words[i + M - N] ^ twist(words[i], words[i + 1]);
    words[N - 1] = words[M - 1] ^ twist(words[N - 1], words[0]);
    this.#position = 0;
  }
}
