/** @file Odd forms of metrics tables that ClinicaDL writes. */
import { describe, expect, it } from 'vitest';
import { readMetricBlocks, readMetrics } from './metrics-file';

const block = (mae: string) =>
  `Metrics\tMAE\tloss\nValues\t${mae}\t2.5\nLower bound CI\t0.5\tN/A\nUpper bound CI\t1.5\tN/A\nSE\t0.1\tN/A\n`;

describe('a metrics table', () => {
  it('with a block for each network has one list for each', () => {
    const blocks = readMetricBlocks(`${block('1.0')}0\t0\t0\n${block('2.0')}1\t1\t1\n`);
    expect(blocks.map(([mae]) => mae?.value)).toEqual([1, 2]);
    expect(blocks[1]?.[0]).toMatchObject({ lower: 0.5, upper: 1.5 });
  });

  it('of one row: values without names before the block get no name', () => {
    expect(readMetrics(`0.7\t0.7\n0.9\t0.9\nMetrics\tloss\nValues\t2.5\n`)).toMatchObject([{ name: 'loss', value: 2.5 }]);
  });

  it('knows infinity as Python prints it', () => {
    expect(readMetrics(block('inf'))[0]?.value).toBe(Infinity);
    expect(readMetrics(block('-inf'))[0]?.value).toBe(-Infinity);
    expect(readMetrics(block('nan'))[0]?.value).toBeNaN();
  });
});
