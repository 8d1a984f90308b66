/** @file The bar at the bottom of every page while a command runs, and its end until it is put away. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { passingCodes } from '../../base/errors';
import type { Trouble } from '../../base/job';
import type { CommandOutcome } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import type { Job } from '../state/job';
import { hideWhenEmpty } from '../styles/empty';
import { base } from '../styles/shared';
import './progress';
import { saveUnwritten } from './save-unwritten';
import { count, duration, fileSize, titleOfLine } from './words';

const SHOWN_MS = 10_000;

/** What ended a command that nobody attended may have passed. */
const mayHavePassed = ({ error }: CommandOutcome): boolean => passingCodes.some((code) => code === error?.code);

/** The end of a job has something to press: it is shown on every page. */
function canHelp({ state }: Job): boolean {
  if (state.kind === 'running') return false;
  const { outcome } = state;
  return mayHavePassed(outcome) || outcome.issues.some(({ code }) => code === 'files-unwritten');
}

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
      .trouble {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-xs) var(--wa-space-m);
        padding: var(--wa-space-s) var(--wa-space-l);
        background: var(--wa-color-warning-fill-quiet);
        border-block-start: 1px solid var(--wa-color-warning-border-quiet);
      }
      .trouble wa-icon {
        font-size: 1.25rem;
        color: var(--wa-color-warning-on-quiet);
      }
      .trouble .text {
        flex: 1 1 20rem;
        overflow-wrap: anywhere;
      }
      .trouble .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-xs);
      }
      .small {
        font-size: var(--wa-font-size-s);
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
  @state() private refused = false;
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
    if (job === undefined || job.number <= this.away) return nothing;
    if (this.told && job.trouble === undefined && !canHelp(job)) return nothing;
    return html`${job.trouble === undefined ? nothing : this.trouble(job.trouble, job)}
      <section class="dock" aria-label="Running command" data-testid="job-dock">
        ${job.state.kind === 'running' ? this.running(job) : this.ended(job)}
      </section>`;
  }

  /** What is wrong with folder or disk while the work goes on, or waits. */
  private trouble({ code, message, hint, waits, unwritten }: Trouble, job: Job) {
    const kept =
      unwritten.files === 0
        ? ''
        : ` ${count(unwritten.files, 'finished file')} (${fileSize(unwritten.bytes)}) ${unwritten.files === 1 ? 'is' : 'are'} kept in memory until then.`;
    return html`<section class="trouble" role="alert" data-testid="trouble" data-code=${code} data-waits=${waits}>
      <wa-icon name="warning" label="Warning"></wa-icon>
      <div class="text">
        <p class="title">${waits ? 'The command waits, and nothing is lost.' : 'The command goes on.'} ${message}</p>
        <p class="small">${hint}${kept}${this.refused ? ' The browser did not allow it.' : ''}</p>
      </div>
      <div class="row">
        ${waits ? this.goOn(code, job) : nothing} ${unwritten.files > 0 ? this.download() : nothing}
      </div>
    </section>`;
  }

  private goOn(code: string, job: Job) {
    const label = code === 'permission-withdrawn' ? 'Allow access again' : 'Try again';
    return html`<wa-button size="s" variant="brand" data-testid="go-on" @click=${() => this.again(job)}>${label}</wa-button>`;
  }

  private download() {
    return html`<wa-button size="s" appearance="outlined" data-testid="save-unwritten" @click=${() => saveUnwritten(this.session.value)}>
      <wa-icon slot="start" name="download"></wa-icon>Download what is not written
    </wa-button>`;
  }

  private async again(job: Job): Promise<void> {
    this.refused = !(await this.session.value.goOn(job));
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
    const { length } = outcome.issues;
    const problems = length === 0 ? '' : `, ${length} ${length === 1 ? 'problem' : 'problems'} noted`;
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
      ${mayHavePassed(outcome) ? this.goOn(outcome.error?.code ?? '', job) : nothing}
      ${outcome.issues.some(({ code }) => code === 'files-unwritten') ? this.download() : nothing}
      <wa-button size="s" appearance="plain" aria-label="Put away" @click=${() => (this.away = job.number)}>
        <wa-icon name="xmark" label="Put away"></wa-icon>
      </wa-button>`;
  }
}
