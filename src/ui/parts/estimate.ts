/** @file What a training would need: memory and time, measured on a few batches before it starts. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { TrainingEstimate } from '../../jobs/estimate';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base, layout } from '../styles/shared';
import { longSeconds, tooLarge } from './cluster-job';
import './issue-list';
import { duration, fileSize } from './words';

const secondsOf = ({ secondsPerEpoch, epochs, splits }: TrainingEstimate): number => secondsPerEpoch * epochs * splits;

@customElement('cdl-estimate')
export class Estimate extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      p {
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  /** A `train classification` command. */
  @property() line = '';
  @state() private estimate: TrainingEstimate | undefined;
  @state() private error: OutcomeError | undefined;
  @state() private asking = false;
  private readonly session = new SessionController(this, { jobs: () => {} });

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('line')) return;
    this.estimate = undefined;
    this.error = undefined;
  }

  private async ask(): Promise<void> {
    const { line } = this;
    this.asking = true;
    this.error = undefined;
    try {
      const estimate = await this.session.value.query('estimate-training', { line });
      if (line === this.line) this.estimate = estimate;
    } catch (error) {
      if (!isAbort(error) && line === this.line) this.error = errorText(error);
    }
    this.asking = false;
  }

  protected override render() {
    const { workspace, job } = this.session.value;
    return html`<div class="stack" style="gap: var(--wa-space-xs)">
      <div class="row">
        <wa-button
          appearance="outlined"
          ?disabled=${workspace === undefined || job !== undefined || this.asking}
          ?loading=${this.asking}
          data-testid="estimate"
          @click=${this.ask}
          >Estimate memory and time</wa-button
        >
        <div class="grow" role="status">${this.estimate === undefined ? nothing : this.numbers(this.estimate)}</div>
      </div>
      <cdl-error .error=${this.error} .line=${this.line}></cdl-error>
      ${this.elsewhere()}
    </div>`;
  }

  /** A cluster, for what takes long or does not fit. */
  private elsewhere() {
    const { estimate, error, line } = this;
    const isLong = estimate !== undefined && secondsOf(estimate) > longSeconds;
    const isLarge = error !== undefined && tooLarge.includes(error.code);
    if (!isLong && !isLarge) return nothing;
    return html`<p>
        ${isLong ? 'That is long for this computer.' : 'It does not fit into this computer.'} A cluster that has ClinicaDL in Python can train it;
        the MAPS opens here again.
      </p>
      <cdl-cluster-job .line=${line}></cdl-cluster-job>`;
  }

  private numbers(estimate: TrainingEstimate) {
    const { memoryBytes, secondsPerEpoch, epochs, splits, batchSize, computedBatch, trainSamples, inputSize } = estimate;
    return html`<p data-testid="estimated">
      <b>About ${duration(secondsOf(estimate))}</b>: ${duration(secondsPerEpoch)} for each of ${epochs} epochs${splits > 1 ? ` of ${splits} splits` : ''},
      <b>${fileSize(memoryBytes)}</b> of memory.
      <span class="quiet">
        ${trainSamples.toLocaleString('en')} inputs of ${inputSize.join(' × ')}.
        ${
          computedBatch < batchSize
            ? `A batch of ${batchSize} does not fit: it is computed ${computedBatch} at a time, with the same result.`
            : nothing
        }
      </span>
    </p>`;
  }
}
