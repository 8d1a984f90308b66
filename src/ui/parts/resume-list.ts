/** @file Trainings that were interrupted: go on, or give up. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { SavedRun } from '../../checkpoints/store';
import { ensurePermission } from '../../folders/picked-folder';
import { quoteWord } from '../../options/derive/words';
import { addressOf } from '../router';
import { SessionController } from '../state/contexts';
import { hideWhenEmpty } from '../styles/empty';
import { base, layout } from '../styles/shared';
import { pathStyles, pathText } from './path-text';

const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** Epochs are counted from 1 for people. */
function fromEpoch({ record: { epoch, epochs } }: SavedRun): string {
  return epoch === undefined || epochs === undefined || epoch >= epochs ? '' : ` from epoch ${epoch + 1} of ${epochs}`;
}

/** Killed before it had a state to go on from. */
function isBegunOnly({ sizeBytes }: SavedRun): boolean {
  return sizeBytes === 0;
}

/** What a press does. */
function actionOf(run: SavedRun): string {
  const { split, network = null } = run.record;
  const place = network === null ? `split ${split}` : `split ${split}, network ${network}`;
  return isBegunOnly(run) ? `Begin ${place} again` : `Resume ${place}${fromEpoch(run)}`;
}

@customElement('cdl-resume-list')
export class ResumeList extends LitElement {
  static override styles = [
    base,
    layout,
    pathStyles,
    css`
      .card {
        border-color: var(--wa-color-brand-border-normal);
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-xs) var(--wa-space-m);
        padding-block: var(--wa-space-xs);
      }
      li > div:first-child {
        flex: 1 1 18rem;
        min-width: 0;
      }
      .name {
        display: flex;
        font-weight: 600;
      }
    `,
  ];

  @state() private runs: readonly SavedRun[] = [];
  /** Runs in whose folder a command is at work, mostly the run itself in another tab. */
  @state() private busy: ReadonlySet<string> = new Set();
  @state() private refused = '';
  private readonly session = new SessionController(this, { jobs: () => this.ended() });
  private lastEnded = 0;

  private watching = new AbortController();
  private readonly shown = (): void => {
    if (document.visibilityState === 'visible') void this.look();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.shown);
    void this.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.shown);
    this.watching.abort();
  }

  private ended(): void {
    const last = this.session.value.jobs.at(-1);
    if (last === undefined || last.running || last.number === this.lastEnded) return;
    this.lastEnded = last.number;
    void this.look();
  }

  private async look(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve)); // the page is drawn before the worker starts
    const { client, claims } = this.session.value;
    try {
      const runs = await client.resumable();
      const busy = await Promise.all(
        runs.map(async ({ record: { workspace } }) => workspace !== null && (await claims.look(workspace)).busy),
      );
      this.busy = new Set(runs.filter((_, i) => busy[i]).map(({ runId }) => runId));
      this.runs = runs;
    } catch {
      this.runs = []; // without its database the browser remembers no runs
      return;
    }
    if (this.busy.size > 0) void this.lookAtNextEnd();
  }

  private async lookAtNextEnd(): Promise<void> {
    this.watching.abort();
    this.watching = new AbortController();
    try {
      await this.session.value.claims.nextEnd(this.watching.signal);
    } catch {
      return; // a later look watches, or the page has gone
    }
    await this.look();
  }

  private async resume(run: SavedRun): Promise<void> {
    const { record, runId } = run;
    const session = this.session.value;
    if (record.workspace === null) return;
    if ((await ensurePermission(record.workspace.handle, 'readwrite', true)) !== 'granted') {
      this.refused = record.title;
      return;
    }
    this.refused = '';
    await session.openSource(record.workspace);
    location.hash = addressOf('train');
    const maps = await session.query('find-run', { runId, maps: record.maps }).catch(() => record.maps);
    if (maps === null && isBegunOnly(run)) {
      await session.client.forget(runId); // the command is a run of its own
      await session.run(record.command);
    } else await session.run(`clinicadl train resume ${quoteWord(maps ?? record.maps)}`);
  }

  private async forget(run: SavedRun): Promise<void> {
    await this.session.value.client.forget(run.runId);
    await this.look();
  }

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    if (this.runs.length === 0) return nothing;
    const busy = this.session.value.job !== undefined;
    if (busy) return nothing;
    return html`<section class="card stack" aria-labelledby="title" data-testid="resume">
      <h2 id="title">${this.busy.size < this.runs.length ? 'Interrupted training' : 'Training in another tab'}</h2>
      ${this.refused === '' ? nothing : html`<p role="alert">Access to the folder of “${this.refused}” was not allowed.</p>`}
      <ul>
        ${this.runs.map(
          (run) =>
            html`<li>
              <div>
                <p class="name">${pathText(run.record.maps)}</p>
                <p class="quiet small">
                  Split ${run.record.split} of ${run.record.workspace?.handle.name ?? 'a folder that is gone'} · ${isBegunOnly(run) ? 'begun' : 'saved'}
                  ${date.format(run.record.updatedAt)}
                </p>
              </div>
              ${
                this.busy.has(run.runId)
                  ? html`<p class="quiet small" data-testid="resume-busy">A command is at work in this folder, in another tab.</p>`
                  : this.choice(run)
              }
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private choice(run: SavedRun) {
    return html`<div class="row" style="gap: var(--wa-space-xs)">
      <wa-button
        variant="brand"
        size="s"
        data-testid="resume-run"
        ?disabled=${run.record.workspace === null}
        @click=${() => this.resume(run)}
      >
        <wa-icon slot="start" name="resume"></wa-icon>${actionOf(run)}
      </wa-button>
      <wa-button size="s" appearance="plain" @click=${() => this.forget(run)}>Give up</wa-button>
    </div>`;
  }
}
