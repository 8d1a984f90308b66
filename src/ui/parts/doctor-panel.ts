/** @file The import doctor on a page: what the open folder is, what is wrong with it, and buttons that write mended copies. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { DoctorResult, DoctorView } from '../../jobs/doctor/doctor';
import type { RepairKind } from '../../options/doctor';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText, type WorkspaceState } from '../state/session';
import { base, layout } from '../styles/shared';
import './command-line';
import './issue-list';
import { count } from './words';

const kindTexts: Readonly<Record<RepairKind, string>> = {
  tables: 'tables',
  spelling: 'spelling',
  orientation: 'turned axes',
  grid: 'grids',
  layout: 'folders',
};

/** Files whose coming, going or changing may change what the doctor says. */
const concerned = (path: string): boolean =>
  /\.(?:tsv|csv|nii|nii\.gz)$/i.test(path) &&
  !path.includes('/deeplearning_prepare_data/') &&
  !/(?:^|\/)(?:split-\d+|groups)\//.test(path);

/** What was seen of a folder, and how many commands had run by then: who comes back to the page need not wait again. */
const seen = new WeakMap<WorkspaceState, { readonly view: DoctorView; readonly jobs: number }>();

@customElement('cdl-doctor')
export class DoctorPanel extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      .head {
        display: flex;
        align-items: center;
        gap: var(--wa-space-s);
        flex-wrap: wrap;
      }
      .head h2 {
        margin: 0;
      }
      .well {
        color: var(--wa-color-success-on-quiet);
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
      }
      th {
        text-align: start;
        font-weight: 500;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      td,
      th {
        padding: 0.35rem 0.6rem 0.35rem 0;
        border-block-end: 1px solid var(--wa-color-surface-border);
        vertical-align: top;
      }
      td.number {
        inline-size: 3.5rem;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-s);
      }
    `,
  ];

  @state() private view: DoctorView | undefined;
  @state() private result: DoctorResult | undefined;
  @state() private error: OutcomeError | undefined;
  @state() private looking = false;
  @state() private running = false;
  private stopper = new AbortController();
  private readonly session = new SessionController(this, {
    workspace: () => this.forget(),
    studies: () => void this.look(this.session.value.changed),
    jobs: () => {},
  });

  override connectedCallback(): void {
    super.connectedCallback();
    void Promise.resolve().then(() => this.look(null));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopper.abort();
  }

  private forget(): void {
    this.stopper.abort();
    this.view = undefined;
    this.result = undefined;
    this.error = undefined;
  }

  /** Looks in the background: names, tables and headers. */
  private async look(changed: readonly string[] | null): Promise<void> {
    const session = this.session.value;
    const { workspace, jobs } = session;
    if (workspace === undefined || this.running) return;
    if (this.view !== undefined && changed !== null && !changed.some(concerned)) return;
    const known = seen.get(workspace);
    if (this.view === undefined && known?.jobs === jobs.length) {
      this.view = known.view;
      return;
    }
    this.stopper.abort();
    const stopper = new AbortController();
    this.stopper = stopper;
    this.looking = true;
    try {
      const view = await session.query('doctor', { folder: '.' }, stopper.signal);
      if (stopper.signal.aborted) return;
      seen.set(workspace, { view, jobs: jobs.length });
      this.view = view;
      this.result = undefined;
      this.error = undefined;
    } catch (error) {
      if (isAbort(error) || stopper.signal.aborted) return;
      this.error = errorText(error);
    } finally {
      if (this.stopper === stopper) this.looking = false;
    }
  }

  private async again(): Promise<void> {
    const { workspace } = this.session.value;
    if (workspace !== undefined) seen.delete(workspace);
    await this.look(null);
  }

  /** The first name that nothing has yet. */
  private async freeFolder(): Promise<string> {
    const { workspace } = this.session.value;
    for (let n = 1; ; n++) {
      const name = n === 1 ? 'doctor' : `doctor_${n}`;
      if ((await workspace?.folder.kindOf(name)) === undefined) return name;
    }
  }

  private async run(options: string): Promise<void> {
    const { workspace } = this.session.value;
    this.running = true;
    this.stopper.abort();
    try {
      const outcome = await this.session.value.run(`clinicadl doctor . ${options}`.trim());
      if (outcome.status === 'done') {
        const result = outcome.result as DoctorResult;
        this.result = result;
        this.view = result;
        if (workspace !== undefined) seen.set(workspace, { view: result, jobs: this.session.value.jobs.length });
        this.error = undefined;
      } else if (outcome.status === 'failed') this.error = outcome.error;
    } finally {
      this.running = false;
    }
  }

  private async mend(only?: RepairKind): Promise<void> {
    const folder = await this.freeFolder();
    await this.run(`--repair ${folder}${only === undefined ? '' : ` --only ${only}`}`);
  }

  protected override render() {
    // An empty folder is no patient.
    if (this.session.value.workspace === undefined || this.error?.code === 'doctor-nothing') return nothing;
    return html`<section class="card stack" aria-labelledby="doctor" data-testid="doctor">
      <div class="head">
        <h2 id="doctor">Import doctor</h2>
        ${this.looking || this.running ? html`<wa-spinner aria-hidden="true"></wa-spinner>` : nothing}
      </div>
      ${this.error === undefined ? nothing : html`<cdl-error .error=${this.error}></cdl-error>`}
      ${this.view === undefined ? this.waiting() : this.found(this.view)}
    </section>`;
  }

  private waiting() {
    return this.error === undefined
      ? html`<p class="quiet" role="status">Looking through names, tables and headers…</p>`
      : nothing;
  }

  private found(view: DoctorView) {
    const { nature, counts, issues, voxels, concerned: people, sessions } = view;
    const looked = voxels ? 'names, tables, headers and voxels' : 'names, tables and headers';
    return html`<p data-testid="doctor-nature">${nature}</p>
      ${
        counts.length === 0
          ? html`<p class="well" role="status" data-testid="doctor-well">Nothing wrong was found in ${looked}.</p>`
          : html`<p role="status">
              ${count(issues.length, 'finding')} in ${looked}${people === 0 ? '' : `; ${people.toLocaleString('en')} of ${count(sessions, 'session')} cannot be used as they are`}.
            </p>`
      }
      ${counts.length === 0 ? nothing : this.table(view)} ${this.buttons(view)} ${this.mended()}
      ${
        counts.length === 0
          ? nothing
          : html`<wa-details appearance="outlined" summary="Each finding"><cdl-issues .issues=${issues}></cdl-issues></wa-details>
              <wa-details appearance="outlined" summary="Report to copy, without names">
                <cdl-command-line what="report" .line=${view.report.join('\n')}></cdl-command-line>
              </wa-details>`
      }
      <p class="quiet small">
        Left and right exchanged under a header that is otherwise correct cannot be detected. Nothing is resampled, no file of yours is
        changed; <a href="guide/doctor.html" target="_blank">how the doctor works</a>.
      </p>`;
  }

  private table({ counts }: DoctorView) {
    return html`<table data-testid="doctor-counts">
      <thead>
        <tr>
          <th scope="col">Found</th>
          <th scope="col">What</th>
          <th scope="col">What becomes of it</th>
        </tr>
      </thead>
      <tbody>
        ${counts.map(
          ({ code, title, count: number, repair }) =>
            html`<tr data-code=${code}>
              <td class="number">${number.toLocaleString('en')}×</td>
              <td>${title}</td>
              <td>${repair === null ? 'left out' : `mended in a copy: ${kindTexts[repair]}`}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private buttons({ counts, voxels, sessions }: DoctorView) {
    const kinds = [...new Set(counts.flatMap(({ repair }) => repair ?? []))];
    const busy = this.running || this.session.value.job !== undefined;
    const leftOut = counts.some(({ repair }) => repair === null);
    return html`<div class="buttons">
      ${
        kinds.length === 0
          ? nothing
          : html`<wa-button variant="brand" ?disabled=${busy} data-testid="doctor-mend" @click=${() => void this.mend()}
              >Mend ${kinds.length === 1 ? kindTexts[kinds[0]] : 'all'} in a new folder</wa-button
            >`
      }
      ${
        kinds.length < 2
          ? nothing
          : kinds.map(
              (kind) =>
                html`<wa-button appearance="outlined" ?disabled=${busy} @click=${() => void this.mend(kind)}>Only ${kindTexts[kind]}</wa-button>`,
            )
      }
      ${
        kinds.length > 0 || !leftOut
          ? nothing
          : html`<wa-button variant="brand" ?disabled=${busy} data-testid="doctor-mend" @click=${() => void this.mend()}
              >Write a table of the sound sessions</wa-button
            >`
      }
      <wa-button appearance="plain" ?disabled=${busy || this.looking} @click=${() => void this.again()}>Look again</wa-button>
      ${
        voxels || sessions === 0
          ? nothing
          : html`<wa-button appearance="outlined" ?disabled=${busy} data-testid="doctor-voxels" @click=${() => void this.run('')}
              >Look at the voxels, too</wa-button
            >`
      }
    </div>`;
  }

  private mended() {
    const mended = this.result?.mended;
    if (mended === undefined || mended === null) return nothing;
    return html`<div role="status" data-testid="doctor-mended">
      ${mended.caps.map(({ caps_directory, isNew, sound }) =>
        sound.map(
          ({ kind, table, sessions }) =>
            html`<p>
              ${count(sessions, 'sound session')}${kind === '' ? '' : ` with ${kind}`}: give <code>${caps_directory}</code>${isNew ? ', a new CAPS,' : ''}
              and the table <code>${table}</code>.
            </p>`,
        ),
      )}
      ${mended.tables.map(({ from, table }) => html`<p>Instead of <code>${from}</code> give <code>${table}</code>.</p>`)}
      ${mended.leftOut === 0 ? nothing : html`<p>${count(mended.leftOut, 'session')} left out, by name in <code>${mended.list}</code>.</p>`}
    </div>`;
  }
}
