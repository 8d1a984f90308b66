/** @file The bar at the bottom of every page while a command runs, and its end until it is put away. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { SessionController } from '../state/contexts';
import type { Job } from '../state/job';
import { hideWhenEmpty } from '../styles/empty';
import { base } from '../styles/shared';
import './progress';
import { duration, titleOfLine } from './words';

const SHOWN_MS = 10_000;

@customElement('cdl-job-dock')
export class JobDock extends LitElement {
  static override styles = [
    base,
    css`
      .dock {
        display: flex;
        align-items: center;
        gap: var(--wa-space-m);
        padding: var(--wa-space-s) var(--wa-space-l);
        background: var(--wa-color-surface-raised);
        border-block-start: 1px solid var(--wa-color-surface-border);
        box-shadow: 0 -4px 16px rgb(16 40 48 / 8%);
      }
      .text {
        flex: 1 1 auto;
        min-width: 0;
      }
      .title {
        font-weight: 600;
        font-size: var(--wa-font-size-s);
      }
      wa-icon.state {
        font-size: 1.5rem;
      }
      .done {
        color: var(--wa-color-success-on-quiet);
      }
      .failed {
        color: var(--wa-color-danger-on-quiet);
      }
      .message {
        font-size: var(--wa-font-size-s);
        overflow-wrap: anywhere;
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
      }
      @media (max-width: 640px) {
        .dock {
          padding: var(--wa-space-xs) var(--wa-space-m);
        }
      }
    `,
  ];

  /** Address of the page that shows a job. */
  @property({ attribute: false }) link: (job: Job) => string = () => '#/console';
  /** The page shows the running job itself. */
  @property({ type: Boolean }) told = false;
  /** Number of the job that was put away. */
  @state() private away = 0;
  private timed = 0;
  private readonly session = new SessionController(this, { jobs: () => this.putAwayLater() });

  /** A good end is told on its page too, so it does not stay; a failure stays until it was read. */
  private putAwayLater(): void {
    const job = this.session.value.jobs.at(-1);
    if (job === undefined || job.running || job.state.kind === 'failed' || job.number === this.timed) return;
    this.timed = job.number;
    setTimeout(() => {
      this.away = Math.max(this.away, job.number);
    }, SHOWN_MS);
  }

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    const job = this.session.value.jobs.at(-1);
    if (job === undefined || job.number <= this.away || this.told) return nothing;
    return html`<section class="dock" aria-label="Running command" data-testid="job-dock">
      ${job.state.kind === 'running' ? this.running(job) : this.ended(job)}
    </section>`;
  }

  private running(job: Job) {
    const stopping = job.state.kind === 'running' && job.state.stopping;
    return html`<div class="text">
        <p class="title"><a href=${this.link(job)}>${titleOfLine(job.line)}</a></p>
        <cdl-progress .job=${job} .version=${performance.now()}></cdl-progress>
      </div>
      <wa-button size="s" appearance="outlined" ?disabled=${stopping} data-testid="stop" @click=${() => job.stop()}>
        <wa-icon slot="start" name="stop"></wa-icon>${stopping ? 'Stopping…' : 'Stop'}
      </wa-button>`;
  }

  private ended(job: Job) {
    if (job.state.kind === 'running') return nothing;
    const { kind, outcome, endedAt } = job.state;
    const icon = { done: 'circle-check', stopped: 'stop', failed: 'circle-xmark' }[kind];
    const problems = outcome.issues.length === 0 ? '' : `, ${outcome.issues.length} problem(s) noted`;
    const text =
      kind === 'failed'
        ? outcome.error?.code === 'bug'
          ? 'Something went wrong that is not your mistake.'
          : outcome.error?.message
        : `${kind === 'done' ? 'Done' : 'Stopped'} after ${duration((endedAt - job.startedAt) / 1000)}${problems}`;
    return html`<wa-icon class="state ${kind}" name=${icon}></wa-icon>
      <div class="text">
        <p class="title"><a href=${this.link(job)}>${titleOfLine(job.line)}</a></p>
        <p class="message" data-testid="job-end" data-status=${kind}>${text}</p>
      </div>
      <wa-button size="s" appearance="plain" aria-label="Put away" @click=${() => (this.away = job.number)}>
        <wa-icon name="xmark" label="Put away"></wa-icon>
      </wa-button>`;
  }
}
