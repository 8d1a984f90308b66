import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../base/numpy-random';
import { bootstrapIntervals, type Interval } from './bootstrap';
import { classificationStatistics } from './classification';
import { real } from './statistic';

function intervalsOfLabels(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
  random: NumpyRandom,
  signal: AbortSignal,
): Promise<Interval[]> {
  return bootstrapIntervals(classificationStatistics(truth, predicted, classes), truth.length, random, signal);
}

interface Entry {
  readonly kind: string;
  readonly n_classes: number;
  readonly y: readonly number[];
  readonly y_pred: readonly number[];
  readonly result: Readonly<Record<'Metric_names' | 'Lower_CI' | 'Upper_CI' | 'SE', readonly (string | number)[]>>;
}
const golden = JSON.parse(readFileSync('test/golden/networks/metrics.json', 'utf8')) as {
  readonly confidence_intervals: { readonly entries: readonly Entry[] };
};

/** Header cells and the other lines of a golden TSV. */
function linesOf(path: string): string[][] {
  const text = readFileSync(`test/golden/maps/maps_cls/${path}`, 'utf8').trimEnd();
  return text.split('\n').map((line) => line.split('\t'));
}

const never = new AbortController().signal;

async function intervalsOf(
  split: number,
  metric: string,
  group: string,
  random: NumpyRandom,
): Promise<{ found: Interval[]; expected: string[][] }> {
  const stem = `split-${split}/best-${metric}/${group}/${group}_image_level`;
  const [header, ...rows] = linesOf(`${stem}_prediction.tsv`);
  const column = (name: string): number[] => rows.map((row) => Number(row[header.indexOf(name)]));
  return {
    found: await intervalsOfLabels(column('true_label'), column('predicted_label'), 2, random, never),
    expected: linesOf(`${stem}_metrics.tsv`),
  };
}

describe('bootstrap intervals', () => {
  it.each([0, 1])('one generator per split gives every bound of the original run, split %i', async (split) => {
    const random = new NumpyRandom(0);
    for (const group of ['train', 'validation']) {
      for (const metric of ['loss', 'BA']) {
        const { found, expected } = await intervalsOf(split, metric, group, random);
        const [names, , lower, upper, error] = expected.map((line) => line.slice(1, -1));
        expect(found.map((interval) => interval.name)).toEqual(names);
        expect(found.map((interval) => interval.lower)).toEqual(lower.map(Number));
        expect(found.map((interval) => interval.upper)).toEqual(upper.map(Number));
        expect(found.map((interval) => interval.standardError)).toEqual(error.map(Number));
      }
    }
  });

  it('an undefined first resample is told, and cuts the values to whole numbers as in the original', async () => {
    const random = new NumpyRandom(0);
    await intervalsOf(0, 'loss', 'train', random);
    await intervalsOf(0, 'BA', 'train', random);
    await intervalsOf(0, 'loss', 'validation', random);
    const { found } = await intervalsOf(0, 'BA', 'validation', random);
    const f1 = found.find((interval) => interval.name === 'F1_score');
    expect(f1).toMatchObject({ lower: 0, upper: 0, truncated: true });
  });

  it.each(
    golden.confidence_intervals.entries.filter((e) => e.kind.startsWith('classification')).map((e) => [e.kind, e] as const),
  )('%s: bounds and errors are those of the original', async (_, entry) => {
    const wanted = new Set(entry.result.Metric_names.slice(1));
    const found = await intervalsOfLabels(entry.y, entry.y_pred, entry.n_classes, new NumpyRandom(0), never);
    // the three-class entry was made with a part of the metrics only: the draws agree up to the first one left out
    const complete = wanted.size === found.length;
    const compared = complete ? found : found.slice(0, 4);
    compared.forEach((interval, i) => {
      expect([interval.lower, interval.upper, interval.standardError]).toEqual([
        entry.result.Lower_CI[i + 1],
        entry.result.Upper_CI[i + 1],
        entry.result.SE[i + 1],
      ]);
    });
  });

  it('one row draws nothing and has no interval', async () => {
    const random = new NumpyRandom(0);
    expect(await intervalsOfLabels([0], [0], 2, random, never)).toEqual([]);
    expect(random.random()).toBe(0.5488135039273248);
  });

  it('a statistic that is always the same has equal bounds and no error', async () => {
    const [interval] = await bootstrapIntervals([{ name: 'x', of: () => real(2.5) }], 5, new NumpyRandom(1), never);
    expect(interval).toEqual({ name: 'x', lower: 2.5, upper: 2.5, standardError: 0, single: false, truncated: false });
  });

  it('a long calculation ends within fifty resamples after it is stopped', async () => {
    const stop = new AbortController();
    let drawn = 0;
    const random = new (class extends NumpyRandom {
      override integers(n: number, size: number): Uint32Array {
        drawn++;
        // As a click arrives: in a message of its own.
        if (drawn === 120) setTimeout(() => stop.abort());
        return super.integers(n, size);
      }
    })(0);
    const labels = Array.from({ length: 20_000 }, (_, i) => i % 2);
    await expect(intervalsOfLabels(labels, labels, 2, random, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(drawn).toBeGreaterThanOrEqual(120);
    expect(drawn).toBeLessThanOrEqual(200);
  });
});
