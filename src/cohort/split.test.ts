import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../base/errors';
import { NumpyRandom } from '../base/numpy-random';
import type { Column, Table } from '../formats/tsv';
import { kfold } from './kfold';
import { baseline } from './sessions';
import { alikeSplit, balancedSplit, randomSplit, testSizeOf } from './split';

const text = (name: string, values: readonly (string | null)[]): Column => ({ name, type: 'text', values });

interface Person {
  readonly diagnosis: string | null;
  readonly sex: string;
  readonly age: number | null;
}

/** First sessions of these people, `sub-000` on. */
function tableOf(people: readonly Person[]): Table {
  return {
    columns: [
      text(
        'participant_id',
        people.map((_, i) => `sub-${String(i).padStart(3, '0')}`),
      ),
      text(
        'session_id',
        people.map(() => 'ses-M000'),
      ),
      text(
        'diagnosis',
        people.map((p) => p.diagnosis),
      ),
      text(
        'sex',
        people.map((p) => p.sex),
      ),
      { name: 'age', type: 'float', values: people.map((p) => p.age) },
    ],
  };
}

const people = (n: number): Person[] =>
  Array.from({ length: n }, (_, i) => ({ diagnosis: i % 3 === 0 ? 'AD' : 'CN', sex: i % 2 ? 'F' : 'M', age: 60 + (i % 7) }));
const ids = (table: Table): string[] => table.columns[0].values.map(String);
const options = { testSize: 8, stratification: 'diagnosis', ageThreshold: 0.5, sexThreshold: 0.5, maxTries: 1000 };
const noPause = (): Promise<void> => Promise.resolve();

async function failure(call: Promise<unknown>): Promise<AppError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const person = fc.record({
  diagnosis: fc.constantFrom<string[]>('AD', 'CN', 'MCI'),
  sex: fc.constantFrom('M', 'F'),
  age: fc.integer({ min: 50, max: 90 }),
});

describe('balanced split', () => {
  it('every participant is on one side, classes keep their ratio, and thresholds hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 24, maxLength: 60 }),
        fc.integer({ min: 0, max: 999 }),
        async (drawn, seed) => {
          const table = tableOf(drawn);
          const sizes = ['AD', 'CN', 'MCI'].map((name) => drawn.filter((p) => p.diagnosis === name).length);
          fc.pre(sizes.every((size) => size > 4));
          const split = await balancedSplit(
            table,
            { ...options, ageThreshold: 0.05, sexThreshold: 0.05 },
            new NumpyRandom(seed),
            'a.tsv',
            noPause,
          );
          expect([...ids(split.train), ...ids(split.test)].sort()).toEqual(ids(table));
          expect(ids(split.test)).toEqual(ids(split.test).sort());
          ['AD', 'CN', 'MCI'].forEach((name, c) => {
            const inTest = split.test.columns[2].values.filter((value) => value === name).length;
            expect(Math.abs(inTest - (sizes[c] * 8) / drawn.length)).toBeLessThanOrEqual(1);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('thresholds out of reach end with the number of draws and the best of them', async () => {
    // the only man is on one side, so the shares of the sexes always differ
    const table = tableOf(people(20).map((p, i) => ({ ...p, sex: i === 0 ? 'M' : 'F' })));
    let draws = 0;
    const count = (): Promise<void> => {
      draws++;
      return Promise.resolve();
    };
    const error = await failure(
      balancedSplit(table, { ...options, sexThreshold: 1, maxTries: 37 }, new NumpyRandom(0), 'a.tsv', count),
    );
    expect(error.code).toBe('split-not-found');
    expect(error.message).toMatch(/in 37 draws .* the best draw had \d/);
    expect(draws).toBe(37);
  });

  it('the caller can stop between two draws', async () => {
    const stop = (): Promise<void> => Promise.reject(new DOMException('stopped', 'AbortError'));
    const table = tableOf(people(20).map((p, i) => ({ ...p, sex: i === 0 ? 'M' : 'F' })));
    await expect(balancedSplit(table, { ...options, sexThreshold: 1 }, new NumpyRandom(0), 'a.tsv', stop)).rejects.toThrow(
      'stopped',
    );
  });

  it.each([
    ['class-empty', people(20).map((p, i) => (i === 3 ? { ...p, diagnosis: null } : p)), {}],
    ['sex-unknown', people(20).map((p, i) => (i === 3 ? { ...p, sex: 'female' } : p)), {}],
    ['class-too-small', people(20).map((p, i) => ({ ...p, diagnosis: i === 3 ? 'AD' : 'CN' })), {}],
    ['split-too-few', people(20), { testSize: 1 }],
    ['split-too-few', people(20), { testSize: 19 }],
    ['column-missing', people(20), { stratification: 'site' }],
  ] as const)('%s is told with the file (case %#)', async (code, group, changed) => {
    const error = await failure(balancedSplit(tableOf(group), { ...options, ...changed }, new NumpyRandom(0), 'a.tsv', noPause));
    expect(error.code).toBe(code);
    expect(error.message).toContain('a.tsv');
  });

  it('a single participant of a class joins the first class', async () => {
    const table = tableOf(people(21).map((p, i) => (i === 20 ? { ...p, diagnosis: 'FTD' } : p)));
    const split = await balancedSplit(table, options, new NumpyRandom(1), 'a.tsv', noPause);
    expect(ids(split.train).length + ids(split.test).length).toBe(21);
  });

  it('missing ages are left out of the test, not of the split', async () => {
    const table = tableOf(people(20).map((p, i) => (i % 5 === 0 ? { ...p, age: null } : p)));
    const split = await balancedSplit(table, options, new NumpyRandom(1), 'a.tsv', noPause);
    expect([...ids(split.train), ...ids(split.test)].sort()).toEqual(ids(table));
  });
});

describe('size of the smaller set', () => {
  it('is a number from 1 on and a share below', () => {
    expect(testSizeOf(6.9, 20, 'a.tsv')).toBe(6);
    expect(testSizeOf(0.29, 20, 'a.tsv')).toBe(5);
  });

  it.each([[20], [100], [0.01]])('%d of 20 participants leaves a set empty and is refused', async (nTest) => {
    expect((await failure(Promise.resolve().then(() => testSizeOf(nTest, 20, 'a.tsv')))).code).toBe('split-test-size');
  });
});

describe('other splits', () => {
  it('a random split draws the head of a permutation', () => {
    const split = randomSplit(tableOf(people(10)), 4, new NumpyRandom(0));
    expect(ids(split.test)).toEqual(['sub-002', 'sub-004', 'sub-008', 'sub-009']);
    expect(ids(split.train)).toHaveLength(6);
  });

  it('the split over several diagnoses never has a participant on both sides, and spreads the columns', async () => {
    const first = tableOf(people(24));
    const later = first.columns.map((c) => (c.name === 'session_id' ? c.values.map(() => 'ses-M006') : c.values));
    const all: Table = { columns: first.columns.map((c, i) => ({ ...c, values: [...c.values, ...later[i]] })) };
    const split = await alikeSplit(all, baseline(all, 'a.tsv'), new NumpyRandom(0), 'a.tsv', noPause);
    expect(ids(split.test)).toHaveLength(6);
    expect([...ids(split.train), ...ids(split.test)].sort()).toEqual(ids(first));
    const sick = split.test.columns[2].values.filter((value) => value === 'AD').length;
    expect(sick).toBe(2);
  });
});

describe('folds', () => {
  it('every participant is in validation once, and each fold keeps the ratio of the classes', () => {
    fc.assert(
      fc.property(fc.array(person, { minLength: 12, maxLength: 50 }), fc.integer({ min: 2, max: 4 }), (drawn, k) => {
        const table = tableOf(drawn);
        const { folds } = kfold(table, k, 'diagnosis', 2, 'a.tsv');
        expect(folds.flatMap((fold) => ids(fold.validation)).sort()).toEqual(ids(table));
        for (const { train, validation } of folds) {
          expect([...ids(train), ...ids(validation)].sort()).toEqual(ids(table));
          for (const name of new Set(drawn.map((p) => p.diagnosis))) {
            const size = drawn.filter((p) => p.diagnosis === name).length;
            const inFold = validation.columns[2].values.filter((value) => value === name).length;
            expect(Math.abs(inFold - size / k)).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  it('more folds than the largest class has members are refused, smaller classes are told', async () => {
    const table = tableOf(people(9)); // 3 AD, 6 CN
    expect(kfold(table, 4, 'diagnosis', 2, 'a.tsv').smallClasses).toEqual([{ label: 'AD', participants: 3 }]);
    expect((await failure(Promise.resolve().then(() => kfold(table, 7, 'diagnosis', 2, 'a.tsv')))).code).toBe('folds-too-many');
  });
});
