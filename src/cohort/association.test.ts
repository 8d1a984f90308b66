import fc from 'fast-check';
import { expect, it } from 'vitest';
import { associationOf } from './association';

/** Rows of a table of counts: sites in lines, labels in columns. */
const rowsOf = (counts: readonly (readonly number[])[]): [string[], string[]] => {
  const rows = counts.flatMap((line, site) =>
    line.flatMap((n, label) => Array.from({ length: n }, () => [`s${site}`, `l${label}`])),
  );
  return [rows.map(([site]) => site!), rows.map(([, label]) => label!)];
};

// The formula of Bergsma 2013, in NumPy; χ² tests of the three by SciPy: p = 9e-6, 2e-4, 0.2.
it.each([
  [
    'three sites, two labels',
    [
      [30, 10],
      [12, 20],
      [5, 23],
    ],
    'told',
    0.4635966172449316,
    73,
    53,
  ],
  [
    'four sites, three labels',
    [
      [9, 1, 2],
      [3, 8, 1],
      [2, 2, 11],
      [4, 4, 4],
    ],
    'unsure',
    0.4556952699034144,
    32,
    18,
  ],
  [
    'a little',
    [
      [26, 24],
      [20, 30],
    ],
    'not told',
    0.06660748630287955,
    56,
    54,
  ],
  [
    'balanced',
    [
      [20, 20],
      [5, 5],
    ],
    'not told',
    0,
    25,
    25,
  ],
  [
    'complete',
    [
      [20, 0],
      [0, 20],
    ],
    'told',
    1,
    40,
    20,
  ],
  [
    'a site for each person',
    [
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ],
    'not told',
    0,
    4,
    2,
  ],
] as const)('%s', (_, counts, answer, v, bySite, without) => {
  const found = associationOf(...rowsOf(counts))!;
  expect(found).toMatchObject({ answer, bySite, without, n: counts.flat().reduce<number>((sum, n) => sum + n, 0) });
  expect(found.cramersV).toBeCloseTo(v, 12);
});

it('needs two sites and two labels', () => {
  expect(associationOf(...rowsOf([[3, 4]]))).toBeNull();
  expect(associationOf(...rowsOf([[3], [4]]))).toBeNull();
  expect(associationOf([], [])).toBeNull();
});

it('ten thousand balanced tables, whatever their size: no alarm', () => {
  const sites = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 8 });
  const labels = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 });
  const balanced = fc.property(sites, labels, (many, shares) => {
    const counts = many.map((n) => shares.map((share) => n * share));
    expect(associationOf(...rowsOf(counts))!.answer).toBe('not told');
  });
  fc.assert(balanced, { numRuns: 10_000 });
});

it('labels drawn without regard to the site: no alarm', () => {
  const drawn = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { minLength: 8, maxLength: 80 });
  const independent = fc.property(drawn, (rows) => {
    const found = associationOf(
      rows.map(([site]) => String(site)),
      rows.map(([, label]) => String(label)),
    );
    expect(found?.answer).not.toBe('told');
  });
  fc.assert(independent, { numRuns: 2_000, seed: 1, examples: [] });
});
