/** @file The numbers of a result: headline, curves and matrix of a classification, scatter of a regression, the metrics table. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ResultView } from '../../jobs/result-view';
import type { MetricRecord } from '../../maps/metrics-file';
import { baselinesOf, decimalsLost, meanAnswer, metricTitle, trueValue } from '../state/metrics';
import type { ResultChoice } from '../state/result-choice';
import './chart';
import { type NamedRoc, rocChart, scatterChart } from './charts';
import './confusion';
import './data-table';
import './metrics-table';
import './reconstructions';
import { tiles } from './tiles';
import { decimal, elementsOf, sampleSize } from './words';

/** Shown large, and of every split. */
const headlines: Readonly<Record<ResultView['task'], readonly string[]>> = {
  classification: ['BA', 'accuracy', 'sensitivity', 'specificity'],
  regression: ['MAE', 'RMSE', 'R2_score'],
  other: ['MAE', 'RMSE', 'PSNR', 'SSIM'],
};

/** @param path of the MAPS */
export function numbersView(view: ResultView, path: string, { group, split, level, metric }: ResultChoice): TemplateResult {
  const size = sampleSize(level, view.n, view.images);
  return html`<section class="card stack" aria-labelledby="numbers">
    <div class="row between">
      <h2 id="numbers">${group}, split ${split}</h2>
      <span class="quiet" data-testid="sample-size">${size}</span>
    </div>
    ${view.metrics === null ? noMetrics(view) : metricsOf(view, view.metrics, size)}
    ${view.task === 'other' ? html`<cdl-reconstructions .request=${{ path, split, metric, group }}></cdl-reconstructions>` : nothing}
  </section>`;
}

function noMetrics({ networks, task, n, images }: ResultView): TemplateResult {
  if (networks.length > 0) return networkTable(networks, `${sampleSize('image', images ?? n, images)} for each network`);
  return html`<p>${
    task === 'other'
      ? 'This group has no metrics file; the values of each image stand below.'
      : 'This group has no labels, so there are predictions but no metrics.'
  }</p>`;
}

function metricsOf(view: ResultView, metrics: readonly MetricRecord[], size: string): TemplateResult {
  const { confusion, classes, task } = view;
  const rocs = curvesOf(view);
  const headline = headlines[task].flatMap((name) => {
    const metric = metrics.find((candidate) => candidate.name === name);
    if (metric === undefined) return [];
    const unsaid = metric.lower === null || decimalsLost(metric);
    const note = unsaid ? undefined : `95 %: ${decimal(metric.lower)} – ${decimal(metric.upper)}`;
    const value = decimal(trueValue(metric, confusion));
    return [{ label: metricTitle(name), value, ...(note === undefined ? {} : { note }) }];
  });
  const [first] = rocs;
  const isOne = classes.length <= 2;
  const area =
    first === undefined
      ? []
      : isOne
        ? [{ label: 'Area under the ROC', value: decimal(first.roc.auc), note: `${first.name} against the rest` }]
        : [{ label: 'Area under the ROC', value: decimal(meanArea(view)), note: 'mean over classes, each against the rest' }];
  const figures = [
    ...(first === undefined ? [] : [html`<cdl-chart .spec=${rocChart(rocs)}></cdl-chart>`]),
    ...(confusion === null ? [] : [html`<cdl-confusion .counts=${confusion} .classes=${classes}></cdl-confusion>`]),
    ...(task === 'regression' ? [scatterOf(view)] : []),
  ];
  return html`${tiles([...headline, ...area])}
    ${task === 'regression' ? yardstickOf(view) : nothing}
    ${figures.length === 0 ? nothing : html`<div class="figures">${figures}</div>`}
    <cdl-metrics-table
      .metrics=${metrics}
      .classes=${classes}
      .confusion=${confusion}
      .size=${size}
      .baselines=${confusion === null ? undefined : baselinesOf(confusion, classes)}
    ></cdl-metrics-table>`;
}

/** The curves that there are, with the class that each is about. */
function curvesOf({ rocs, classes }: ResultView): NamedRoc[] {
  return rocs.flatMap((roc, c) => (roc === null ? [] : [{ roc, name: classes[c] ?? String(c) }]));
}

/** Of all classes; NaN where one has no curve. */
function meanArea({ rocs }: ResultView): number {
  return rocs.reduce((sum, roc) => sum + (roc?.auc ?? Number.NaN), 0) / rocs.length;
}

function scatterOf({ table }: ResultView) {
  if (table === null) return nothing;
  const [truth, predicted] = [table.header.indexOf('true_label'), table.header.indexOf('predicted_label')];
  const points = table.rows.map((row) => ({ truth: Number(row[truth]), predicted: Number(row[predicted]) }));
  return html`<cdl-chart .spec=${scatterChart(points)}></cdl-chart>`;
}

/** A regression that learnt nothing looks like one that did, without it. */
function yardstickOf({ table }: ResultView) {
  if (table === null) return nothing;
  const answer = meanAnswer(table.rows.map((row) => Number(row[table.header.indexOf('true_label')])));
  if (answer === undefined) return nothing;
  return html`<p class="quiet" data-testid="yardstick">
    For comparison: answering ${decimal(answer.mean)}, the mean of this group, for everyone has a mean absolute error of
    ${decimal(answer.error)} and R² = 0. A lower R² means that the network does worse than that.
  </p>`;
}

function networkTable(networks: ResultView['networks'], size: string): TemplateResult {
  return html`<p>
      This MAPS has a network for each element, so no single number stands for all of them; choose the level image for their vote.
      Each is listed with its own metrics (${size}).
    </p>
    <cdl-data-table
      caption="Metrics of every network"
      .columns=${[{ name: 'Network' }, ...networks[0].map(({ name }) => ({ name: metricTitle(name), number: true }))]}
      .rows=${networks.map((metrics, i) => [String(i), ...metrics.map(({ value }) => decimal(value))])}
    ></cdl-data-table>`;
}

/** The chosen group through the networks of every split. */
export function splitsView(
  splits: readonly { readonly split: number; readonly view: ResultView }[],
  { group, level }: ResultChoice,
): TemplateResult | typeof nothing {
  if (splits.length < 2) return nothing;
  const { task } = splits[0].view;
  const names = headlines[task].filter((name) => splits.some(({ view }) => view.metrics?.some((metric) => metric.name === name)));
  const cell = ({ metrics, confusion }: ResultView, name: string): string => {
    const metric = metrics?.find((candidate) => candidate.name === name);
    return metric === undefined ? '–' : decimal(trueValue(metric, confusion));
  };
  const isMany = splits[0].view.classes.length > 2;
  const area = task === 'classification' ? [{ name: isMany ? 'AUC, mean over classes' : 'AUC', number: true }] : [];
  return html`<section class="card stack" aria-labelledby="all-splits">
    <h2 id="all-splits">Every split, group ${group}</h2>
    <cdl-data-table
      caption="Metrics of every split"
      .columns=${[{ name: 'Split' }, { name: `n (${elementsOf(level)})`, number: true }, ...names.map((name) => ({ name: metricTitle(name), number: true })), ...area]}
      .rows=${splits.map(({ split, view }) => [
        `split ${split}`,
        view.n.toLocaleString('en'),
        ...names.map((name) => cell(view, name)),
        ...area.map(() => decimal(meanArea(view))),
      ])}
    ></cdl-data-table>
  </section>`;
}
