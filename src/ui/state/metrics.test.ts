import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../maps/metrics-file';
import { baselinesOf, decimalsLost } from './metrics';

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
    ).toEqual({ chance: 0.5, majority: 0.75, majorityClass: 'AD' });
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
