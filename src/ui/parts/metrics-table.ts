/** @file Metrics with their 95 % intervals, as numbers and on one line from 0 to 1, with what guessing would reach. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MetricRecord } from '../../maps/metrics-file';
import {
  type Baselines,
  decimalsLost,
  guessedBalancedAccuracy,
  isShare,
  metricTitle,
  partsOfName,
  trueValue,
} from '../state/metrics';
import { base, tables } from '../styles/shared';
import { decimal } from './words';

@customElement('cdl-metrics-table')
export class MetricsTable extends LitElement {
  static override styles = [
    base,
    tables,
    css`
      caption {
        padding-block-end: var(--wa-space-2xs);
        text-align: start;
        font-size: var(--wa-font-size-s);
        color: var(--wa-color-text-quiet);
      }
      td.line {
        inline-size: 45%;
        min-inline-size: 9rem;
        vertical-align: middle;
      }
      td.number b {
        font-weight: 600;
      }
      .track {
        position: relative;
        display: block;
        block-size: 0.75rem;
        border-radius: 2px;
        background: linear-gradient(var(--wa-color-surface-border), var(--wa-color-surface-border)) center / 100% 1px no-repeat;
      }
      .track span {
        position: absolute;
        inset-block: 0;
      }
      .interval {
        background: color-mix(in srgb, var(--series-1) 30%, transparent);
        border-radius: 3px;
      }
      .value {
        inline-size: 0.625rem;
        block-size: 0.625rem;
        margin-block: auto;
        translate: -50% 0;
        border-radius: 50%;
        background: var(--series-1);
      }
      .track .mark {
        inset-block: -0.2rem;
        inline-size: 2px;
        translate: -1px 0;
        background: var(--series-2);
      }
      .legend {
        font-size: 0.78rem;
        color: var(--wa-color-text-quiet);
        margin-block-start: var(--wa-space-2xs);
      }
      .legend i {
        display: inline-block;
        inline-size: 2px;
        block-size: 0.9em;
        vertical-align: -0.1em;
        margin-inline-end: 0.3em;
        background: var(--series-2);
      }
      td small {
        display: block;
        color: var(--wa-color-text-quiet);
      }
      .code {
        font-size: 0.75rem;
        color: var(--wa-color-text-quiet);
      }
      @media (max-width: 560px) {
        td.line,
        th.line,
        .code {
          display: none;
        }
        th,
        td {
          padding-inline: 0.6em;
        }
        tbody th {
          white-space: normal;
        }
      }
    `,
  ];

  @property({ attribute: false }) metrics: readonly MetricRecord[] = [];
  @property({ attribute: false }) baselines: Baselines | undefined;
  /** Names of the classes, for metrics of one of several. */
  @property({ attribute: false }) classes: readonly string[] = [];
  /** [truth][predicted], counts: tells a value of 0 from one that is infinite or undefined. */
  @property({ attribute: false }) confusion: readonly (readonly number[])[] | null = null;
  /** How many the metrics are about: `n = 40 images`. */
  @property() size = '';

  protected override render() {
    const { baselines } = this;
    const hasLine = this.metrics.some(({ name }) => isShare(name));
    return html`<div class="table-box" tabindex="0" role="region" aria-label="Metrics, table">
        <table data-testid="metrics">
          <caption>${this.size}</caption>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" class="number">Value</th>
              <th scope="col" class="number">95 % interval</th>
              ${hasLine ? html`<th scope="col" class="line">0 … 1</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${this.metrics.map((metric) => this.row(metric, hasLine))}
          </tbody>
        </table>
      </div>
      ${
        this.metrics.every(({ lower }) => lower === null)
          ? html`<p class="legend">Votes of several elements on one image have no intervals; those of the elements have (choose another level).</p>`
          : nothing
      }
      ${
        this.metrics.some((metric) => !Object.is(trueValue(metric, this.confusion), metric.value))
          ? html`<p class="legend" data-testid="divided-by-zero">
              The file says 0 for what is shown as ∞ (divided by 0) or – (0 divided by 0). ClinicaDL counts such resamples as 0 too${
                this.metrics.every(({ lower }) => lower === null) ? '' : ', so the interval says nothing'
              }.
            </p>`
          : nothing
      }
      ${
        this.metrics.some(decimalsLost)
          ? html`<p class="legend" data-testid="decimals-lost">
              Decimals lost: the first of the resamples behind this interval had no value for the metric, and ClinicaDL then drops the
              decimals of all others. Leave the interval out of a report, or evaluate a larger group.
            </p>`
          : nothing
      }
      ${
        baselines === undefined
          ? nothing
          : html`<p class="legend">
              <i></i>without learning: balanced accuracy ${decimal(guessedBalancedAccuracy)} by guessing, accuracy
              ${decimal(baselines.majority)} by always answering ${baselines.majorityClass}.
            </p>`
      }`;
  }

  private row(metric: MetricRecord, hasLine: boolean) {
    const { name, lower, upper } = metric;
    const lost = decimalsLost(metric);
    const value = trueValue(metric, this.confusion);
    const isUnsaid = !Object.is(value, metric.value);
    const title = metricTitle(name, this.classes);
    const interval = isUnsaid || lower === null || upper === null ? '–' : `${decimal(lower)} – ${decimal(upper)}`;
    return html`<tr data-metric=${name}>
      <th scope="row">${title}${title === partsOfName(name).metric ? nothing : html` <span class="code">${name}</span>`}</th>
      <td class="number"><b>${decimal(value)}</b></td>
      <td class="number">${interval}${lost ? html`<small>decimals lost</small>` : nothing}</td>
      ${
        hasLine
          ? html`<td class="line">${isShare(name) ? this.line(name, value, lost || isUnsaid ? null : lower, lost || isUnsaid ? null : upper) : nothing}</td>`
          : nothing
      }
    </tr>`;
  }

  /** The same numbers as in the cells beside it, so it is not read out. */
  private line(name: string, value: number, lower: number | null, upper: number | null) {
    const isBalanced = partsOfName(name).metric === 'BA';
    const mark = isBalanced ? guessedBalancedAccuracy : name === 'accuracy' ? this.baselines?.majority : undefined;
    const at = (share: number): string => `${Math.min(100, Math.max(0, 100 * share))}%`;
    return html`<span class="track" aria-hidden="true">
      ${
        lower === null || upper === null
          ? nothing
          : html`<span class="interval" style="inset-inline-start: ${at(lower)}; inline-size: ${at(upper - lower)}"></span>`
      }
      ${mark === undefined ? nothing : html`<span class="mark" style="inset-inline-start: ${at(mark)}"></span>`}
      ${Number.isFinite(value) ? html`<span class="value" style="inset-inline-start: ${at(value)}"></span>` : nothing}
    </span>`;
  }
}
