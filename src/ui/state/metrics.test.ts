import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../maps/metrics-file';
import { baselinesOf, decimalsLost, meanAnswer, metricTitle, trueValue } from './metrics';

describe('what results are compared with', () => {
  it('the larger class, by its truth and not by its predictions', () => {
    expect(
      baselinesOf(
        [
          [2, 4],
          [1, 1],
        ],
        ['AD', 'CN'],
      ),
    ).toEqual({ majority: 0.75, majorityClass: 'AD' });
  });

  it('nothing without rows', () => {
    expect(
      baselinesOf(
        [
          [0, 0],
          [0, 0],
        ],
        ['AD', 'CN'],
      ),
    ).toBeUndefined();
  });
});

describe('what ClinicaDL writes as 0 where it divides by 0', () => {
  const value = (name: string, confusion: readonly (readonly number[])[], file = 0) =>
    trueValue({ name, value: file }, confusion);

  it('likelihood ratios are infinite, or undefined when nothing is above the line', () => {
    // class 0: 3 found of 4, none of the others taken for it
    expect(
      value('LR_plus', [
        [3, 1],
        [0, 5],
      ]),
    ).toBe(Infinity);
    expect(
      value('LR_plus', [
        [0, 4],
        [0, 5],
      ]),
    ).toBeNaN();
    expect(
      value('LR_minus', [
        [3, 1],
        [5, 0],
      ]),
    ).toBe(Infinity);
    expect(
      value('LR_minus', [
        [4, 0],
        [5, 0],
      ]),
    ).toBeNaN();
    expect(
      value(
        'LR_plus',
        [
          [3, 1],
          [1, 4],
        ],
        3.75,
      ),
    ).toBe(3.75);
    expect(
      value('LR_minus', [
        [4, 0],
        [1, 4],
      ]),
    ).toBe(0);
  });

  it('of one class of three, and other quotients without anything below the line', () => {
    const three = [
      [2, 0, 0],
      [0, 2, 0],
      [1, 0, 2],
    ];
    expect([0, 1, 2].map((c) => value(`LR_plus-${c}`, three, c === 0 ? 4 : 0))).toEqual([4, Infinity, Infinity]);
    expect(
      value('PPV', [
        [0, 4],
        [0, 5],
      ]),
    ).toBeNaN();
    expect(
      value(
        'NPV',
        [
          [0, 4],
          [0, 5],
        ],
        5 / 9,
      ),
    ).toBe(5 / 9);
    expect(
      value('sensitivity', [
        [0, 0],
        [0, 5],
      ]),
    ).toBeNaN();
    expect(
      value('MK', [
        [0, 4],
        [0, 5],
      ]),
    ).toBe(0);
    expect(metricTitle('sensitivity-2', ['AD', 'CN', 'MCI'])).toBe('Sensitivity, MCI');
  });

  it('agrees with the golden tables: a 0 of theirs is ∞ only where their own rates say so', () => {
    const file = 'test/golden/maps/maps_cls/split-0/best-loss/validation/validation_image_level';
    const metrics = readMetrics(readFileSync(`${file}_metrics.tsv`, 'utf8'));
    const rows = readFileSync(`${file}_prediction.tsv`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t').map(Number));
    const confusion = [0, 1].map((truth) =>
      [0, 1].map((predicted) => rows.filter((row) => row[3] === truth && row[4] === predicted).length),
    );
    const of = (name: string) => metrics.find((metric) => metric.name === name)!;
    const expected = of('specificity').value === 1 ? (of('sensitivity').value > 0 ? Infinity : Number.NaN) : of('LR_plus').value;
    expect(trueValue(of('LR_plus'), confusion)).toEqual(expected);
  });
});

describe('intervals that lost their decimals', () => {
  it('are seen in what ClinicaDL wrote: one, and none of the hundreds of sound ones', () => {
    const files = readdirSync('test/golden/maps', { recursive: true, encoding: 'utf8' }).filter((name) =>
      /metrics\.tsv$/.test(name),
    );
    const records = files.flatMap((file) =>
      readMetrics(readFileSync(`test/golden/maps/${file}`, 'utf8')).map((metric) => ({ file, ...metric })),
    );
    expect(records.filter(({ lower }) => lower !== null).length).toBeGreaterThan(300);
    const lost = records.filter(decimalsLost).map(({ file, name }) => `${file.split(/[\\/]/).slice(0, 4).join(' ')} ${name}`);
    expect(lost).toEqual(['maps_cls split-0 best-BA validation F1_score']);
  });

  it('are none where bounds are whole because the value is, or where two rows allow only halves', () => {
    expect(decimalsLost({ value: 1, lower: 1, upper: 1, standardError: 0 })).toBe(false);
    // 750 zeros, 1499 halves, 751 ones: Σx = 1500.5, Σx² = 1125.75.
    expect(
      decimalsLost({ value: 0.5, lower: 0, upper: 1, standardError: Math.sqrt((3000 * 1125.75 - 1500.5 ** 2) / (3000 * 2999)) }),
    ).toBe(false);
    expect(decimalsLost({ value: 0.5, lower: null, upper: null, standardError: null })).toBe(false);
  });
});

describe('what a regression is compared with', () => {
  it('is the mean of the labels that are known, and its mean absolute error', () => {
    expect(meanAnswer([60, 70, Number.NaN, 80, 90])).toEqual({ mean: 75, error: 10 });
    expect(meanAnswer([Number.NaN])).toBeUndefined();
  });
});
