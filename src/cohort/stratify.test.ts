import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../base/numpy-random';
import { stratifiedFolds, stratifiedShuffleSplit } from './stratify';

type ShuffleCase = readonly [
  classes: number[],
  testSize: number,
  seed: number,
  splits: readonly (readonly [number[], number[]])[],
];
type FoldCase = readonly [classes: number[], k: number, seed: number, tests: readonly number[][]];
const golden = JSON.parse(readFileSync('test/golden/rng/numpy.json', 'utf8')) as {
  readonly numpy_python_sklearn: { readonly sss: readonly ShuffleCase[]; readonly skf: readonly FoldCase[] };
};

describe('stratified shuffle split', () => {
  it.each(golden.numpy_python_sklearn.sss.map((c, i) => [i, c] as const))(
    'case %i: successive splits are those of scikit-learn',
    (_, c) => {
      const [classes, testSize, seed, splits] = c;
      const random = new NumpyRandom(seed);
      for (const [train, test] of splits) expect(stratifiedShuffleSplit(classes, testSize, random)).toEqual({ train, test });
    },
  );

  it('two successive splits of twelve items continue one stream', () => {
    const classes = [1, 2, 1, 2, 1, 2, 3, 3, 1, 2, 1, 3];
    const random = new NumpyRandom(0);
    expect(stratifiedShuffleSplit(classes, 4, random)).toEqual({ train: [1, 0, 2, 6, 3, 4, 11, 5], test: [10, 8, 7, 9] });
    expect(stratifiedShuffleSplit(classes, 4, random)).toEqual({ train: [9, 4, 7, 5, 8, 0, 11, 3], test: [10, 1, 2, 6] });
  });

  it('every item is on one side, and each class keeps its share within one item', () => {
    const items = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 99 }), (classes, seed) => {
        const testSize = Math.floor(classes.length / 3);
        const { train, test } = stratifiedShuffleSplit(classes, testSize, new NumpyRandom(seed));
        expect(test).toHaveLength(testSize);
        expect([...train, ...test].sort((x, y) => x - y)).toEqual(classes.map((_, i) => i));
        for (const name of new Set(classes)) {
          const size = classes.filter((value) => value === name).length;
          const inTest = test.filter((i) => classes[i] === name).length;
          expect(Math.abs(inTest - (size * testSize) / classes.length)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('stratified folds', () => {
  it.each(golden.numpy_python_sklearn.skf.map((c, i) => [i, c] as const))(
    'case %i: the folds are those of scikit-learn',
    (_, c) => {
      const [classes, k, seed, tests] = c;
      const folds = stratifiedFolds(classes, k, seed);
      expect(Array.from({ length: k }, (__, fold) => folds.flatMap((f, i) => (f === fold ? [i] : [])))).toEqual(tests);
    },
  );

  it('the vectors of the specification hold, whatever the classes are called', () => {
    const classes = [0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 2, 2, 2, 2, 0];
    const folds = [1, 2, 0, 1, 1, 1, 0, 2, 2, 2, 0, 0, 1, 0, 2, 0];
    expect(stratifiedFolds(classes, 3, 2)).toEqual(folds);
    expect(
      stratifiedFolds(
        classes.map((c) => ['zz', 'b', 'a'][c]),
        3,
        2,
      ),
    ).toEqual(folds);
    expect(stratifiedFolds([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], 5, 2)).toEqual([2, 4, 4, 1, 1, 0, 3, 2, 0, 3]);
  });
});
