/** @file The numbers of a result: headline, curves and matrix of a classification, scatter of a regression, the metrics table. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ResultView } from '../../jobs/result-view';
import type { MetricRecord } from '../../maps/metrics-file';
import { baselinesOf, decimalsLost, metricTitle, trueValue } from '../state/metrics';
import type { ResultChoice } from '../state/result-choice';
import './chart';
import { rocChart, scatterChart } from './charts';
import './confusion';
import './data-table';
import './metrics-table';
import { tiles } from './tiles';
import { decimal, elementsOf, sampleSize } from './words';

/** Shown large, and of every split. */
const headlines: Readonly<Record<ResultView['task'], readonly string[]>> = {
  classification: ['BA', 'accuracy', 'sensitivity', 'specificity'],
  regression: ['MAE', 'RMSE', 'R2_score'],
  other: ['MAE', 'RMSE', 'PSNR', 'SSIM'],
};

export function numbersView(view: ResultView, { group, split, level }: ResultChoice): TemplateResult {
  const size = sampleSize(level, view.n, view.images);
  return html`<section class="card stack" aria-labelledby="numbers">
    <div class="row between">
      <h2 id="numbers">${group}, split ${split}</h2>
      <span class="quiet" data-testid="sample-size">${size}</span>
    </div>
    ${view.metrics === null ? noMetrics(view) : metricsOf(view, view.metrics, size)}
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
  const { roc, confusion, classes, task } = view;
  const headline = headlines[task].flatMap((name) => {
    const metric = metrics.find((candidate) => candidate.name === name);
    if (metric === undefined) return [];
    const unsaid = metric.lower === null || decimalsLost(metric);
    const note = unsaid ? undefined : `95 %: ${decimal(metric.lower)} – ${decimal(metric.upper)}`;
    const value = decimal(trueValue(metric, confusion));
    return [{ label: metricTitle(name), value, ...(note === undefined ? {} : { note }) }];
  });
  const area =
    roc === null ? [] : [{ label: 'Area under the ROC', value: decimal(roc.auc), note: `${classes[0]} against the rest` }];
  return html`${tiles([...headline, ...area])}
    <div class="figures">
      ${roc === null ? nothing : html`<cdl-chart .spec=${rocChart(roc, classes[0])}></cdl-chart>`}
      ${confusion === null ? nothing : html`<cdl-confusion .counts=${confusion} .classes=${classes}></cdl-confusion>`}
      ${task === 'regression' ? scatterOf(view) : nothing}
    </div>
    ${
      task === 'other'
        ? html`<p class="quiet">Not drawn here yet: the images that the network reconstructs. <code>predict --save_nifti</code> writes them as files.</p>`
        : nothing
    }
    <cdl-metrics-table
      .metrics=${metrics}
      .classes=${classes}
      .confusion=${confusion}
      .size=${size}
      .baselines=${confusion === null ? undefined : baselinesOf(confusion, classes)}
    ></cdl-metrics-table>`;
}

function scatterOf({ table }: ResultView) {
  if (table === null) return nothing;
  const [truth, predicted] = [table.header.indexOf('true_label'), table.header.indexOf('predicted_label')];
  const points = table.rows.map((row) => ({ truth: Number(row[truth]), predicted: Number(row[predicted]) }));
  return html`<cdl-chart .spec=${scatterChart(points)}></cdl-chart>`;
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
  const area = task === 'classification' ? [{ name: 'AUC', number: true }] : [];
  return html`<section class="card stack" aria-labelledby="all-splits">
    <h2 id="all-splits">Every split, group ${group}</h2>
    <cdl-data-table
      caption="Metrics of every split"
      .columns=${[{ name: 'Split' }, { name: `n (${elementsOf(level)})`, number: true }, ...names.map((name) => ({ name: metricTitle(name), number: true })), ...area]}
      .rows=${splits.map(({ split, view }) => [
        `split ${split}`,
        view.n.toLocaleString('en'),
        ...names.map((name) => cell(view, name)),
        ...area.map(() => decimal(view.roc?.auc)),
      ])}
    ></cdl-data-table>
  </section>`;
}
