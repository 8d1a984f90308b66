import { describe, expect, it } from 'vitest';
import { markdownOf } from './markdown';
import { digits, type Report, type Row } from './report';
import { headLines, rowLines } from './text';

const stock = (ms: number, median: number) => ({
  name: 'TensorFlow.js',
  ms,
  ratio: { median, low: median / 2, high: median * 2 },
});

const convolution = (layer: string, median: number): Row => ({
  table: 'operations',
  name: `conv ${layer}`,
  rounds: 3,
  ours: 10,
  peers: [stock(10 * median, median)],
  share: { percent: 12.34, of: 'FMA peak' },
});

const step: Row = {
  table: 'processor',
  name: 'training step X on WebAssembly beside PyTorch',
  rounds: 3,
  ours: 40,
  peers: [
    { name: 'PyTorch 2, 2 threads', ms: 20, ratio: { median: 2, low: 1.5, high: 2.5 } },
    { name: 'PyTorch 2, 1 thread', ms: 80, ratio: { median: 0.5, low: 0.25, high: 0.75 } },
  ],
  bytes: 5e6,
};

const alone: Row = {
  table: 'brain',
  name: 'training step Y',
  rounds: 1,
  ours: 1234.5,
  peers: [],
  share: { percent: 31.25, of: 'roofline' },
  bytes: 777.4e6,
  note: 'no PyTorch here',
};

const report: Report = {
  machine: { runtime: 'Node 20', cores: 2, load: [0.5, 1, 2] },
  gpu: {
    adapter: 'acme one',
    software: true,
    driver: 'acme 1.2',
    limits: { maxBufferSize: 2 ** 28, maxComputeWorkgroupsPerDimension: 65535 },
    half: false,
    peak: 20,
    copy: 30,
  },
  gate: { kernels: 1e-6, unchecked: ['conv-f16 (needs shader-f16)'], gradients: [{ name: 'WebGPU', difference: 2e-6 }] },
  wholeBrainBytes: 777e6,
  rounds: 3,
  rows: [convolution('L1', 96), convolution('L3', 21), step, alone],
  failures: [{ name: 'conv L2', message: 'device lost' }],
};

describe('numbers', () => {
  it.each([
    [1234.5, '1235'],
    [99.96, '100'],
    [12.345, '12.3'],
    [0.01234, '0.0123'],
  ])('%d is written %s', (value, expected) => {
    expect(digits(value)).toBe(expected);
  });
});

describe('lines of a run', () => {
  it('a comparison tells both times, the ratio with its range, and the share of the peak', () => {
    const [line, ...more] = rowLines(convolution('L1', 96));
    expect(line).toMatch(/^conv L1 +960 +10\.0 +×96\.0 +48\.0–192 +12\.3 % of FMA peak$/);
    expect(more).toEqual([]);
  });

  it('each PyTorch has a line with its name; memory stands on the first only', () => {
    const lines = rowLines(step);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^training step X on WebAssembly beside PyTorch +20\.0 +40\.0 +×2\.00 +.*PyTorch 2, 2 threads, 5\.00 MB held$/,
    );
    expect(lines[1]).toMatch(/^ +80\.0 +40\.0 +×0\.500 +0\.250–0\.750 +PyTorch 2, 1 thread$/);
  });

  it('a row without PyTorch says why', () => {
    expect(rowLines(alone)).toEqual([expect.stringMatching(/– +1235 +–.*31\.3 % of roofline, 777 MB held, no PyTorch here$/)]);
  });

  it('the head of a table says which way its ratio goes', () => {
    expect(headLines('networks').join('\n')).toContain('its ÷ ours');
    expect(headLines('processor').join('\n')).toContain('ours ÷ its');
  });
});

describe('tables for RESULTS.md', () => {
  const lines = markdownOf(report).split('\n');

  it('layers are columns, operations that were measured are rows', () => {
    expect(lines).toContain('|  | L1 | L3 |');
    expect(lines).toContain('| convolution | **96.0** (48.0–192), 12.3 % | **21.0** (10.5–42.0), 12.3 % |');
    expect(lines.filter((line) => line.startsWith('| filter gradient'))).toEqual([]);
  });

  it('every line of a table has as many cells as its head', () => {
    const tables = markdownOf(report)
      .split('\n\n')
      .filter((part) => part.startsWith('|'))
      .map((part) => part.split('\n'));
    expect(tables).toHaveLength(3);
    for (const table of tables) expect(new Set(table.map((line) => line.split('|').length)).size, table[0]).toBe(1);
  });

  it('what was found out about the machine, and what failed, is told', () => {
    const text = lines.join('\n');
    for (const part of [
      'acme one (software)',
      'Node 20',
      'maxBufferSize 256 MiB',
      'load 0.500',
      '20.0 GFLOP/s',
      'no PyTorch here',
    ])
      expect(text).toContain(part);
    expect(text).toContain('Failed: conv L2: device lost');
  });
});
