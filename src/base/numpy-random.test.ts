import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from './numpy-random';

interface Vectors {
  readonly perm: readonly (readonly number[])[];
  readonly rand: readonly number[];
  readonly rand32seed: readonly number[];
  readonly normal: readonly number[];
  readonly normal_ms: readonly number[];
  readonly randint: readonly (readonly number[])[];
}
const golden = JSON.parse(readFileSync('test/golden/rng/numpy.json', 'utf8')) as { readonly numpy_python_sklearn: Vectors };
const vectors = golden.numpy_python_sklearn;

describe('NumpyRandom', () => {
  it('seed 0 gives the doubles of numpy', () => {
    const random = new NumpyRandom(0);
    expect(vectors.rand.map(() => random.random())).toEqual(vectors.rand);
  });

  it('the largest seed gives the doubles and full-range integers of numpy', () => {
    const random = new NumpyRandom(2 ** 32 - 1);
    expect([random.random(), random.random()]).toEqual(vectors.rand32seed);
    expect([0, 1, 2].map(() => random.randint(0, 2 ** 32))).toEqual([3388880820, 2260532800, 3350089942]);
  });

  it('uniform, permutation and bounded integers are those of numpy', () => {
    const uniform = new NumpyRandom(0);
    expect([0, 1, 2].map(() => uniform.uniform(-3, 5))).toEqual([1.390508031418598, 2.721514930979356, 1.822107008573151]);
    expect(new NumpyRandom(0).permutation(10)).toEqual(vectors.perm[0]);
    expect(new NumpyRandom(2).permutation(100)).toEqual(vectors.perm[1]);
    const small = new NumpyRandom(0);
    expect(vectors.randint[0].map(() => small.randint(0, 10))).toEqual(vectors.randint[0]);
    const signed = new NumpyRandom(0);
    expect(vectors.randint[1].map(() => signed.randint(-10, 10))).toEqual(vectors.randint[1]);
    expect([...new NumpyRandom(0).integers(10, 12)]).toEqual(vectors.randint[0]);
  });

  it('choice without replacement, then a weighted choice, continue one stream', () => {
    const random = new NumpyRandom(0);
    expect(random.choice(10, 4)).toEqual([2, 8, 4, 9]);
    expect(random.weightedChoice([0.05, 0.85, 0.1], 10)).toEqual([1, 1, 2, 1, 1, 1, 1, 2, 1, 1]);
  });

  it('normals come in pairs and are scaled', () => {
    const random = new NumpyRandom(0);
    expect(vectors.normal.map(() => random.normal())).toEqual(vectors.normal);
    const scaled = new NumpyRandom(0);
    expect(vectors.normal_ms.map(() => scaled.normal(5, 3))).toEqual(vectors.normal_ms);
  });

  it('a saved state goes on with the same numbers, the stored normal included', () => {
    const random = new NumpyRandom(7);
    random.normal();
    const copy = NumpyRandom.fromState(random.state());
    const draw = (r: NumpyRandom): number[] => [r.normal(), r.normal(), r.random(), r.randint(0, 1000)];
    expect(draw(copy)).toEqual(draw(random));
  });

  it('one possible integer draws nothing', () => {
    const random = new NumpyRandom(0);
    expect([random.randint(3, 4), ...random.permutation(1)]).toEqual([3, 0]);
    expect(random.random()).toBe(vectors.rand[0]);
  });

  it('every permutation holds every number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 60 }), (seed, n) => {
        const order = new NumpyRandom(seed).permutation(n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it('skips normals as if they had been drawn, stored ones included', () => {
    for (const [before, count] of [
      [0, 7],
      [1, 6],
      [1, 1],
      [0, 0],
      [2, 5],
    ] as const) {
      const [drawn, skipped] = [new NumpyRandom(4), new NumpyRandom(4)];
      for (const random of [drawn, skipped]) for (let i = 0; i < before; i++) random.normal();
      for (let i = 0; i < count; i++) drawn.normal();
      skipped.skipNormals(count);
      expect(skipped.state()).toEqual(drawn.state());
    }
  });
});
