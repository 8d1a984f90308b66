import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classificationStatistics, meanOverClasses } from './classification';
import { namesOf } from './names';
import { type MetricValue, valuesOf } from './statistic';

const classificationMetrics = (truth: readonly number[], predicted: readonly number[], classes: number): MetricValue[] =>
  valuesOf(classificationStatistics(truth, predicted, classes), truth.length);

interface Case {
  readonly n_classes: number;
  readonly y: readonly number[];
  readonly y_pred: readonly number[];
  readonly metrics: Readonly<Record<string, number>>;
}
const golden = JSON.parse(readFileSync('test/golden/networks/metrics.json', 'utf8')) as { classification: Case[] };

/** Rows of a golden TSV as records of cells. */
function rowsOf(path: string): Record<string, string>[] {
  const [header, ...lines] = readFileSync(`test/golden/maps/${path}`, 'utf8').trimEnd().split('\n');
  const names = header.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [names[i], cell])));
}

describe('classification metrics', () => {
  it.each(golden.classification.map((c, i) => [i, c] as const))('case %i has the original names, order and values', (_, c) => {
    const metrics = classificationMetrics(c.y, c.y_pred, c.n_classes);
    expect(metrics.map((m) => m.name)).toEqual(Object.keys(c.metrics));
    expect(Object.fromEntries(metrics.map((m) => [m.name, m.value]))).toEqual(c.metrics);
  });

  it.each([
    'maps_cls/split-0/best-loss/train/train_image_level',
    'maps_cls/split-1/best-BA/validation/validation_image_level',
    'maps_roi/split-0/best-loss/test/test_image_level',
    'maps_roi/split-0/best-loss/train/train_roi_level',
  ])('%s prints every value as the original file does', (stem) => {
    const rows = rowsOf(`${stem}_prediction.tsv`);
    const metrics = classificationMetrics(
      rows.map((row) => Number(row.true_label)),
      rows.map((row) => Number(row.predicted_label)),
      2,
    );
    const [values] = rowsOf(`${stem}_metrics.tsv`);
    const { Metrics: _, loss: __, ...expected } = values;
    expect(Object.fromEntries(metrics.map((m) => [m.name, m.text]))).toEqual(expected);
  });

  it('small, large and whole values are printed as Python prints them', () => {
    const ones = (n: number): number[] => Array<number>(n).fill(0);
    // one of 20000 right: sensitivity 5e-05
    const text = classificationMetrics(ones(20000), [0, ...Array<number>(19999).fill(1)], 2).find(
      (m) => m.name === 'sensitivity',
    );
    expect(text?.text).toBe('5e-05');
    expect(classificationMetrics([1, 1], [0, 0], 2).find((m) => m.name === 'MK')?.text).toBe('-1.0');
  });

  it('a log column of several classes is their mean, and with two classes the value itself', () => {
    const three = golden.classification.find((c) => c.n_classes === 3)!;
    const means = meanOverClasses(classificationMetrics(three.y, three.y_pred, 3));
    expect(means.map((m) => m.name)).toEqual(namesOf('classification'));
    const ba = [0, 1, 2].map((c) => three.metrics[`BA-${c}`]);
    expect(means[0].value).toBeCloseTo((ba[0] + ba[1] + ba[2]) / 3, 15);
    expect(means[1].value).toBe(three.metrics.accuracy);
    const two = classificationMetrics([0, 1, 1], [1, 1, 1], 2);
    expect(meanOverClasses(two)).toEqual(two);
  });
});
