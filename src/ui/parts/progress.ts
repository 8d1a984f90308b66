/** @file How far a job is: stage, count, time left, a bar. */
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Job } from '../state/job';
import { hideWhenEmpty } from '../styles/empty';
import { base } from '../styles/shared';
import { progressCount, timeLeft } from './words';

@customElement('cdl-progress')
export class ProgressView extends LitElement {
  static override styles = [
    base,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        column-gap: var(--wa-space-m);
        font-size: var(--wa-font-size-s);
        margin-block-end: 0.3rem;
      }
      .stage::first-letter {
        text-transform: uppercase;
      }
      .stage {
        font-weight: 500;
      }
      wa-progress-bar {
        --track-height: 0.375rem;
        --indicator-color: var(--wa-color-brand-fill-loud);
      }
      /* A bar that glides is drawn sixty times a second, all the time: work that the job needs where the processor draws. */
      wa-progress-bar::part(indicator) {
        transition: none;
      }
    `,
  ];

  @property({ attribute: false }) job: Job | undefined;
  /** Drawn again at each new value. */
  @property({ attribute: false }) version = 0;

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    const { job } = this;
    if (job?.state.kind !== 'running') return nothing;
    const { progress, stopping } = job.state;
    const { share } = job;
    const stage = stopping ? 'stopping' : (progress?.stage ?? 'starting');
    return html`<div class="head">
        <span class="stage" data-testid="progress-stage">${stage}</span>
        <span class="quiet number">
          ${progress === undefined ? nothing : progressCount(progress)}
          ${progress?.secondsLeft === undefined ? nothing : html` · ${timeLeft(progress.secondsLeft)}`}
        </span>
      </div>
      <wa-progress-bar
        label="Progress: ${stage}"
        .value=${Math.round((share ?? 0) * 100)}
        ?indeterminate=${share === undefined}
      ></wa-progress-bar>`;
  }
}
