/** @file The charts of the app: learning curves, ROC, age and sex of two groups. */

import { guessedBalancedAccuracy, isShare, metricTitle } from '../state/metrics';
import type { ChartKey, ChartSpec, PlotLibrary } from './chart';
import { decimal } from './words';

/** One evaluation while training. */
export interface CurvePoint {
  readonly split: number;
  /** Epochs, with fractions for evaluations inside of one. */
  readonly epoch: number;
  readonly train: number;
  readonly valid: number;
}

const colors = [1, 2, 3, 4, 5, 6].map((number) => `var(--series-${number})`);
const colorOf = (split: number): string => colors[split % colors.length];

const common = (width: number, height: number) => ({
  width,
  height,
  marginLeft: 44,
  marginRight: 12,
  marginTop: 26,
  marginBottom: 40,
  style: { background: 'none', color: 'inherit', fontSize: '12px', overflow: 'visible' },
});

export interface CurveOptions {
  readonly title: string;
  /** Of the y axis. */
  readonly label: string;
  readonly points: readonly CurvePoint[];
  /** Fixed for shares, free for losses. */
  readonly domain?: readonly [number, number];
  /** A thin line across: the value of guessing. */
  readonly baseline?: number;
  /** Epoch whose network was kept, by split. */
  readonly best?: ReadonlyMap<number, number>;
}

/** Train and validation on one axis, one colour per split; train is dashed. */
export function curveChart({ title, label, points, domain, baseline, best }: CurveOptions): ChartSpec {
  const splits = [...new Set(points.map(({ split }) => split))];
  const last = points.at(-1);
  const keys = splits.flatMap((split): ChartKey[] => [
    { label: `${splits.length > 1 ? `split ${split}, ` : ''}validation`, color: colorOf(split) },
    { label: `${splits.length > 1 ? `split ${split}, ` : ''}train`, color: colorOf(split), dashed: true },
  ]);
  const latest = Math.max(0, ...points.map(({ epoch }) => epoch));
  const largest = Math.max(0, ...points.flatMap(({ train, valid }) => [train, valid]).filter(Number.isFinite));
  const kept = points.filter(({ split, epoch }) => best?.get(split) === epoch);
  return {
    title,
    summary:
      last === undefined
        ? 'No evaluation yet.'
        : `After epoch ${Math.floor(last.epoch)} of split ${last.split}: train ${decimal(last.train)}, validation ${decimal(last.valid)}.`,
    keys,
    columns: ['Epoch', 'Split', 'Train', 'Validation'],
    rows: points.map(({ split, epoch, train, valid }) => [
      decimal(epoch, Number.isInteger(epoch) ? 0 : 2),
      String(split),
      decimal(train, 4),
      decimal(valid, 4),
    ]),
    draw: (plot: PlotLibrary, width) => {
      const line = (split: number, side: 'train' | 'valid') =>
        plot.line(
          points.filter((point) => point.split === split && Number.isFinite(point[side])),
          {
            x: 'epoch',
            y: side,
            stroke: colorOf(split),
            strokeWidth: side === 'valid' ? 2.25 : 1.5,
            ...(side === 'train' ? { strokeDasharray: '5 4' } : {}),
            marker: points.length < 40 ? 'dot' : 'none',
          },
        );
      return plot.plot({
        ...common(width, 240),
        x: {
          label: 'epoch',
          ticks: epochTicks(latest),
          tickFormat: 'd',
          domain: [Math.min(1, ...points.map(({ epoch }) => epoch)), Math.max(2, latest)],
        },
        // 80k: longer numbers do not fit beside the axis
        y: {
          label,
          grid: true,
          ...(largest < 10_000 ? {} : { tickFormat: '~s' }),
          ...(domain === undefined ? { zero: true, nice: true } : { domain: [...domain] }),
        },
        marks: [
          ...(baseline === undefined
            ? []
            : [plot.ruleY([baseline], { stroke: 'currentColor', strokeOpacity: 0.45, strokeDasharray: '2 3' })]),
          ...splits.flatMap((split) => [line(split, 'train'), line(split, 'valid')]),
          plot.dot(kept, { x: 'epoch', y: 'valid', r: 7, stroke: 'currentColor', strokeWidth: 1.5 }),
        ],
      });
    },
  };
}

/** The curve of a metric; that of the balanced accuracy has the line of guessing. */
export function metricChart(
  metric: string,
  { whose = '', ...rest }: Pick<CurveOptions, 'points' | 'best'> & { readonly whose?: string },
): ChartSpec {
  const title = metricTitle(metric);
  return curveChart({
    title: `${title}${whose}`,
    label: title.toLowerCase(),
    ...rest,
    ...(isShare(metric) ? { domain: [0, 1] } : {}),
    ...(metric === 'BA' ? { baseline: guessedBalancedAccuracy } : {}),
  });
}

/** Whole epochs, at most eight of them. */
function epochTicks(latest: number): number[] {
  const step = Math.max(1, Math.ceil(latest / 8));
  return Array.from({ length: Math.max(2, Math.floor(latest)) }, (_, i) => i + 1).filter(
    (epoch) => epoch === 1 || epoch % step === 0,
  );
}

export interface RocData {
  readonly points: readonly {
    readonly falsePositiveRate: number;
    readonly truePositiveRate: number;
    readonly threshold: number;
  }[];
  readonly auc: number;
  readonly positives: number;
  readonly negatives: number;
}

/** The curve of one class against the rest. */
export interface NamedRoc {
  readonly roc: RocData;
  /** Of the class. */
  readonly name: string;
}

/** Sensitivity against 1 − specificity, of one class or of each of many against the rest. */
export function rocChart(rocs: readonly NamedRoc[]): ChartSpec {
  const isOne = rocs.length === 1;
  const [{ roc: first }] = rocs;
  const areas = rocs.map(({ roc, name }) => `${decimal(roc.auc)} for ${name}`).join(', ');
  return {
    title: `ROC curve${isOne ? '' : 's'}, n = ${first.positives + first.negatives}`,
    summary: `Area under the curve ${areas}; guessing has 0.5.`,
    keys: [
      ...rocs.map(({ roc, name }, i) => ({
        label: `${name} (${roc.positives}) against the rest (${roc.negatives}), AUC ${decimal(roc.auc)}`,
        color: colorOf(i),
      })),
      { label: 'guessing', color: 'var(--wa-color-text-quiet)', dashed: true },
    ],
    columns: [...(isOne ? [] : ['Class']), 'Threshold', '1 − specificity', 'Sensitivity'],
    rows: rocs.flatMap(({ roc, name }) =>
      roc.points.map(({ threshold, falsePositiveRate, truePositiveRate }) => [
        ...(isOne ? [] : [name]),
        Number.isFinite(threshold) ? `≥ ${decimal(threshold, 4)}` : 'none',
        decimal(falsePositiveRate),
        decimal(truePositiveRate),
      ]),
    ),
    draw: (plot, width) => {
      const size = Math.min(width, 380);
      const place = { x: 'falsePositiveRate', y: 'truePositiveRate' };
      return plot.plot({
        ...common(size, size * 0.92),
        x: { label: '1 − specificity', domain: [0, 1], ticks: 5 },
        y: { label: 'sensitivity', domain: [0, 1], ticks: 5, grid: true },
        marks: [
          plot.line(
            [
              [0, 0],
              [1, 1],
            ],
            { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '5 4' },
          ),
          ...(isOne ? [plot.areaY(first.points, { x: place.x, y1: 0, y2: place.y, fill: colorOf(0), fillOpacity: 0.1 })] : []),
          ...rocs.flatMap(({ roc }, i) => [
            plot.line(roc.points, { ...place, stroke: colorOf(i), strokeWidth: 2.25 }),
            plot.dot(roc.points, { ...place, fill: colorOf(i), r: 2 }),
          ]),
        ],
      });
    },
  };
}

export interface TrueAndPredicted {
  readonly truth: number;
  readonly predicted: number;
}

/** Predicted against true values, with the line on which both are equal. */
export function scatterChart(points: readonly TrueAndPredicted[]): ChartSpec {
  const shown = points.filter(({ truth, predicted }) => Number.isFinite(truth) && Number.isFinite(predicted));
  const rangeOf = (values: readonly number[]): readonly [number, number] =>
    values.reduce<[number, number]>(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
      [Infinity, -Infinity],
    );
  const [trueRange, predictedRange] = [
    rangeOf(shown.map(({ truth }) => truth)),
    rangeOf(shown.map(({ predicted }) => predicted)),
  ];
  const [least, most] = shown.length === 0 ? [0, 1] : rangeOf([...trueRange, ...predictedRange]);
  const told = ([from, to]: readonly [number, number]): string => `${decimal(from, 1)} to ${decimal(to, 1)}`;
  return {
    title: `Predicted against true, n = ${shown.length}`,
    summary:
      shown.length === 0 ? 'No values.' : `True values from ${told(trueRange)}, predicted ones from ${told(predictedRange)}.`,
    keys: [
      { label: 'one prediction', color: colorOf(0) },
      { label: 'predicted = true', color: 'var(--wa-color-text-quiet)', dashed: true },
    ],
    columns: ['True', 'Predicted'],
    rows: shown.map(({ truth, predicted }) => [decimal(truth), decimal(predicted)]),
    draw: (plot, width) => {
      const size = Math.min(width, 380);
      return plot.plot({
        ...common(size, size * 0.92),
        x: { label: 'true', domain: [least, most], nice: true, ticks: 5 },
        y: { label: 'predicted', domain: [least, most], nice: true, ticks: 5, grid: true },
        marks: [
          plot.line(
            [
              [least, least],
              [most, most],
            ],
            { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '5 4' },
          ),
          plot.dot(shown, { x: 'truth', y: 'predicted', fill: colorOf(0), fillOpacity: 0.7, r: 3.5 }),
        ],
      });
    },
  };
}

export interface AgeOfGroup {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  readonly min: number;
  readonly max: number;
}

/** Mean, one standard deviation and range of the ages of each group. */
export function ageChart(groups: readonly AgeOfGroup[]): ChartSpec {
  return {
    title: 'Age',
    summary: groups.map(({ name, mean, sd }) => `${name}: ${decimal(mean, 1)} ± ${decimal(sd, 1)} years`).join('; '),
    columns: ['Group', 'Mean', 'SD', 'Youngest', 'Oldest'],
    rows: groups.map(({ name, ...age }) => [name, ...[age.mean, age.sd, age.min, age.max].map((value) => decimal(value, 1))]),
    draw: (plot, width) =>
      plot.plot({
        ...common(width, 80 + 40 * groups.length),
        marginLeft: 90,
        x: { label: 'years', nice: true, grid: true },
        y: { label: null, domain: groups.map(({ name }) => name), tickSize: 0 },
        marks: [
          plot.ruleY(groups, { y: 'name', x1: 'min', x2: 'max', stroke: 'currentColor', strokeOpacity: 0.4 }),
          plot.ruleY(groups, {
            y: 'name',
            x1: ({ mean, sd }: AgeOfGroup) => mean - sd,
            x2: ({ mean, sd }: AgeOfGroup) => mean + sd,
            stroke: colorOf(0),
            strokeWidth: 8,
            strokeOpacity: 0.35,
            strokeLinecap: 'round',
          }),
          plot.dot(groups, { y: 'name', x: 'mean', r: 5, fill: colorOf(0) }),
        ],
      }),
  };
}

export interface ShareOfGroup {
  readonly group: string;
  readonly value: string;
  readonly count: number;
  /** Of the group, 0…1. */
  readonly share: number;
}

/** Shares of the values of a column (sex, diagnosis) in each group, as stacked bars. */
export function shareChart(title: string, shares: readonly ShareOfGroup[]): ChartSpec {
  const values = [...new Set(shares.map(({ value }) => value))];
  const groups = [...new Set(shares.map(({ group }) => group))];
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return {
    title,
    summary: shares.map(({ group, value, share }) => `${group}: ${value} ${percent(share)}`).join('; '),
    keys: values.map((label, i) => ({ label, color: colorOf(i) })),
    columns: ['Group', 'Value', 'Participants', 'Share'],
    rows: shares.map(({ group, value, count, share }) => [group, value, String(count), percent(share)]),
    draw: (plot, width) =>
      plot.plot({
        ...common(width, 80 + 40 * groups.length),
        marginLeft: 90,
        x: { label: 'share (%)', percent: true, domain: [0, 100], ticks: 5 },
        y: { label: null, domain: groups, tickSize: 0 },
        color: { domain: values, range: values.map((_, i) => colorOf(i)) },
        marks: [
          plot.barX(shares, {
            y: 'group',
            x: 'share',
            fill: 'value',
            fillOpacity: 0.85,
            insetTop: 4,
            insetBottom: 4,
            order: values,
          }),
          plot.text(
            shares,
            plot.stackX({
              y: 'group',
              x: 'share',
              z: 'value',
              order: values,
              text: ({ value, count }: ShareOfGroup) => (count === 0 ? '' : `${value} ${count}`),
              fill: 'var(--wa-color-surface-default)',
              fontWeight: 600,
            }),
          ),
        ],
      }),
  };
}
