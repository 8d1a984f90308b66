/** @file Metrics of regression and reconstruction, and their intervals, against those of ClinicaDL. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../base/numpy-random';
import { floatText } from '../../base/python-number';
import { product } from '../../base/shape';
import { bootstrapIntervals } from './bootstrap';
import { type Nearness, nearness, reconstructionStatistics } from './reconstruction';
import { regressionStatistics } from './regression';
import { type Statistic, valuesOf } from './statistic';

interface RegressionCase {
  readonly dtype: string;
  readonly y: readonly number[];
  readonly y_pred: readonly number[];
  readonly metrics: Readonly<Record<string, number>>;
}
interface ImageCase {
  readonly name: string;
  readonly shape: readonly number[];
  readonly y_check: { readonly sum: number };
  readonly pred_check: { readonly sum: number };
  readonly metrics: Readonly<Record<keyof Nearness, number | string | { readonly error: string }>>;
}
interface Entry {
  readonly kind: string;
  readonly y: readonly number[];
  readonly y_pred: readonly number[];
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly result: Readonly<Record<'Metric_values' | 'Lower_CI' | 'Upper_CI' | 'SE', readonly (string | number)[]>>;
}
const golden = JSON.parse(readFileSync('test/golden/networks/metrics.json', 'utf8')) as {
  readonly regression: readonly RegressionCase[];
  readonly reconstruction: readonly ImageCase[];
  readonly confidence_intervals: { readonly entries: readonly Entry[] };
};
const never = new AbortController().signal;
const names = ['MAE', 'RMSE', 'PSNR', 'SSIM'] as const;

/** The two images of a case. */
function imagesOf({ name, shape }: ImageCase): [image: Float32Array, other: Float32Array] {
  const image = Float32Array.from({ length: product(shape) }, (_, i) => Math.sin(0.37 * i + 0.11 * (i % 13)) * 0.5 + 0.5);
  const other = image.map((value, i) => Math.min(1, Math.max(0, 0.9 * value + 0.05 * Math.cos(0.23 * i) + 0.03)));
  switch (name) {
    case 'identical':
      return [image, image];
    case 'constant':
      return [image.map(() => 0.25), image.map(() => 0.5)];
    case 'zeros_vs_zeros':
      return [image.map(() => 0), image.map(() => 0)];
    case 'signed_range':
      return [image.map((value) => 2 * value - 1), other.map((value) => 2 * value - 1)];
    case 'outside_range':
      return [image.map((value) => 3 * value), other.map((value) => 3 * value)];
    default:
      return [image, other];
  }
}

describe('regression', () => {
  it.each(golden.regression.filter(({ dtype }) => dtype === 'float64').map((c, i) => [i, c] as const))(
    'case %i has the original names, order and values',
    (_, c) => {
      const metrics = valuesOf(regressionStatistics(c.y, c.y_pred), c.y.length);
      expect(metrics.map(({ name }) => name)).toEqual(Object.keys(c.metrics));
      expect(Object.fromEntries(metrics.map(({ name, value }) => [name, value]))).toEqual(c.metrics);
    },
  );

  it('an undefined R2 is the whole number 0', () => {
    expect(valuesOf(regressionStatistics([1, 1], [0, 2]), 2)[0].text).toBe('0');
  });
});

describe('reconstruction', () => {
  it.each(golden.reconstruction.map((c) => [c.name, c] as const))('%s has the original values', (_, c) => {
    const [image, other] = imagesOf(c);
    const sum = (values: Float32Array): number => values.reduce((all, value) => all + value, 0);
    if (c.y_check !== undefined) expect(sum(image)).toBeCloseTo(c.y_check.sum, 3);
    if (c.pred_check !== undefined) expect(sum(other)).toBeCloseTo(c.pred_check.sum, 3);
    const found = nearness(c.shape, image, other);
    for (const name of names) {
      const expected = c.metrics[name];
      if (expected === 'inf') expect(found[name], name).toBe(Infinity);
      else if (typeof expected === 'number')
        expect(Math.abs(found[name] - expected), `${name}: ${found[name]} for ${expected}`).toBeLessThanOrEqual(
          1e-6 * Math.max(1, Math.abs(expected)),
        );
      else expect(Number.isFinite(found[name]), name).toBe(true);
    }
  });

  it('a slice of one channel has the similarity of the same slice in each of three', () => {
    const shape = [1, 16, 14];
    const [image, other] = imagesOf({ ...golden.reconstruction[0], name: '', shape });
    const three = (one: Float32Array): Float32Array => Float32Array.from([...one, ...one, ...one]);
    expect(nearness(shape, image, other).SSIM).toBeCloseTo(nearness([3, 16, 14], three(image), three(other)).SSIM, 7);
    expect(nearness(shape, image, other).SSIM).toBeLessThan(0.999);
  });

  it('the similarity is that of its definition, voxel for voxel', () => {
    const [depth, height, width] = [6, 13, 3];
    const shape = [1, depth, height, width];
    const [x, y] = imagesOf({ ...golden.reconstruction[0], name: '', shape });
    const raw = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / 4.5));
    const total = raw.reduce((a, b) => a + b, 0);
    let all = 0;
    for (let z = 0; z < depth; z++)
      for (let r = 0; r < height; r++)
        for (let c = 0; c < width; c++) {
          const moments = [0, 0, 0, 0, 0];
          for (let dz = -5; dz <= 5; dz++)
            for (let dr = -5; dr <= 5; dr++)
              for (let dc = -5; dc <= 5; dc++) {
                const [a, b, d] = [z + dz, r + dr, c + dc];
                if (a < 0 || b < 0 || d < 0 || a >= depth || b >= height || d >= width) continue;
                const weight = (raw[dz + 5] * raw[dr + 5] * raw[dc + 5]) / total ** 3;
                const at = (a * height + b) * width + d;
                [x[at], y[at], x[at] ** 2, y[at] ** 2, x[at] * y[at]].forEach((value, q) => {
                  moments[q] += weight * value;
                });
              }
          const [mx, my, xx, yy, xy] = moments;
          all +=
            ((2 * mx * my + 1e-4) * (2 * (xy - mx * my) + 9e-4)) /
            ((mx ** 2 + my ** 2 + 1e-4) * (xx - mx ** 2 + (yy - my ** 2) + 9e-4));
        }
    expect(nearness(shape, x, y).SSIM).toBeCloseTo(all / (depth * height * width), 7);
  });
});

describe('intervals', () => {
  async function expectAsIn({ result }: Entry, statistics: readonly Statistic[], count: number): Promise<void> {
    expect(valuesOf(statistics, count).map(({ value }) => value)).toEqual(result.Metric_values.slice(1));
    const found = await bootstrapIntervals(statistics, count, new NumpyRandom(0), never);
    expect(found.map(({ lower }) => lower)).toEqual(result.Lower_CI.slice(1));
    expect(found.map(({ upper }) => upper)).toEqual(result.Upper_CI.slice(1));
    expect(found.map(({ standardError }) => standardError)).toEqual(result.SE.slice(1));
  }
  const entryOf = (kind: string): Entry => golden.confidence_intervals.entries.find((entry) => entry.kind === kind)!;

  it('of a regression are those of the original', async () => {
    const entry = entryOf('regression');
    await expectAsIn(entry, regressionStatistics(entry.y, entry.y_pred), entry.y.length);
  });

  it.each(['maps_rec/split-0/best-loss/train', 'maps_rec/split-1/best-loss/train'])(
    'of %s, whose columns are float32 and float64, are printed as there',
    async (folder) => {
      const read = (name: string): string[][] =>
        readFileSync(`test/golden/maps/${folder}/train_image_level_${name}.tsv`, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => line.split('\t'));
      const [header, ...lines] = read('prediction');
      const rows = lines.map((line) =>
        Object.fromEntries(names.map((name) => [name, Number(line[header.indexOf(name)])])),
      ) as unknown as Nearness[];
      const statistics = reconstructionStatistics(rows, names);
      const metrics = valuesOf(statistics, rows.length);
      const found = await bootstrapIntervals(statistics, rows.length, new NumpyRandom(0), never);
      const [, values, lower, upper, error] = read('metrics').map((line) => line.slice(1, -1));
      expect(metrics.map(({ text }) => text)).toEqual(values);
      expect(found.map((interval) => floatText(interval.lower))).toEqual(lower);
      expect(found.map((interval) => floatText(interval.upper))).toEqual(upper);
      expect(found.map(({ standardError, single }) => floatText(standardError, single))).toEqual(error);
    },
  );
});
