/** @file Data: what a CAPS holds, what is wrong with it, and prepare-data. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import '@awesome.me/webawesome/dist/components/tab/tab.js';
import '@awesome.me/webawesome/dist/components/tab-group/tab-group.js';
import '@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { CapsInspection } from '../../jobs/inspect-caps';
import type { MasksResult } from '../../jobs/make-masks';
import type { PrepareDataResult } from '../../jobs/prepare-folder';
import type { OutcomeError } from '../../options/outcome';
import '../parts/command-form';
import '../parts/data-table';
import '../parts/doctor-panel';
import '../parts/generate-forms';
import '../parts/session-viewer';
import '../parts/quality-forms';
import { emptyState, emptyStyles } from '../parts/empty-state';
import '../parts/issue-list';
import '../parts/leak-play';
import '../parts/methods-panel';
import { tileStyles, tiles } from '../parts/tiles';
import { count } from '../parts/words';
import { addressOf } from '../router';
import { SessionController } from '../state/contexts';
import type { FormValues } from '../state/form-state';
import { errorText } from '../state/session';
import { base, controls, layout } from '../styles/shared';

const modes = ['image', 'slice', 'patch', 'roi'] as const;
type Mode = (typeof modes)[number];

/** Shown before the others are looked for. */
const FIRST_PARTICIPANTS = 24;

const modeTexts: Readonly<Record<Mode, string>> = {
  image: 'The whole brain is one input of the network.',
  slice: 'Each image is cut into two-dimensional slices.',
  patch: 'Each image is cut into cubes of equal size.',
  roi: 'Regions of interest are cut out with masks.',
};

@customElement('cdl-data-page')
export class DataPage extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    emptyStyles,
    tileStyles,
    css`
      .choose {
        max-inline-size: 28rem;
      }
      wa-tab-panel {
        --padding: var(--wa-space-m) 0 0;
      }
      .bids {
        margin-block-start: var(--wa-space-l);
      }
      .mode-text {
        margin-block-end: var(--wa-space-m);
      }
    `,
  ];

  @state() private caps = '';
  @state() private inspection: CapsInspection | undefined;
  @state() private error: OutcomeError | undefined;
  @state() private looking = false;
  @state() private mode: Mode = 'image';
  /** Of the form of the mode: what it cuts is outlined in the images. */
  @state() private line = '';
  private stopper = new AbortController();
  private readonly session = new SessionController(this, {
    workspace: () => this.forget(),
    studies: () => void this.look(this.session.value.changed),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    void Promise.resolve().then(() => this.look());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopper.abort();
  }

  private forget(): void {
    this.inspection = undefined;
    this.caps = '';
  }

  /** Looks through the CAPS: its first sessions at once, then all; after changes elsewhere only at what may have been prepared. */
  private async look(changed: readonly string[] | null = null): Promise<void> {
    const session = this.session.value;
    const { caps } = session.studies;
    if (!caps.includes(this.caps)) this.caps = caps[0] ?? '';
    const asked = this.caps;
    if (asked === '') {
      this.inspection = undefined;
      return;
    }
    this.stopper.abort();
    const stopper = new AbortController();
    this.stopper = stopper;
    const { signal } = stopper;
    this.looking = true;
    try {
      let known = this.inspection;
      if (known === undefined) {
        known = await session.query('inspect-caps', { caps_directory: asked, first: FIRST_PARTICIPANTS }, signal);
        if (signal.aborted) return;
        if (known.regions.length > 0) this.mode = 'roi';
        this.inspection = known;
        this.error = undefined;
        if (known.whole) return;
      }
      const inspection = await session.query('inspect-caps-again', { caps_directory: asked, known, changed }, signal);
      if (signal.aborted) return;
      this.inspection = inspection;
      this.error = undefined;
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) this.error = errorText(error);
    } finally {
      if (this.stopper === stopper) this.looking = false;
    }
  }

  protected override render() {
    const { workspace, studies } = this.session.value;
    return html`<div class="stack" style="gap: var(--wa-space-l)">
      <div class="page-head" style="margin: 0">
        <h1>Data</h1>
        <p class="quiet">The images of a CAPS, and the tensors that networks learn from.</p>
      </div>
      ${
        workspace === undefined
          ? emptyState(
              'data',
              'No folder is open',
              'Open a folder with a CAPS, or run the sample study, which makes one.',
              html`<wa-button variant="brand" href=${addressOf('home')}>Go to Home</wa-button>`,
            )
          : studies.caps.length === 0
            ? emptyState(
                'folder',
                'No CAPS in this folder',
                `No folder with “subjects” in it was found in “${workspace.name}”, six levels down. Open the CAPS itself or a folder above it.`,
              )
            : html`${studies.caps.length > 1 ? this.choice(studies.caps) : nothing} ${this.overview()} ${this.pictures()}`
      }
      <cdl-doctor></cdl-doctor>
      ${workspace === undefined || studies.caps.length === 0 ? nothing : this.prepare()}
      ${workspace === undefined || studies.caps.length === 0 ? nothing : html`<cdl-quality-forms .caps=${this.caps} .kind=${this.inspection?.kinds[0]}></cdl-quality-forms>`}
      ${workspace === undefined ? nothing : html`<cdl-generate-forms .caps=${this.caps} .kind=${this.inspection?.kinds[0]}></cdl-generate-forms>`}
      ${workspace === undefined ? nothing : html`<cdl-leak-play></cdl-leak-play>`}
      ${(this.inspection?.extractions.length ?? 0) === 0 ? nothing : html`<cdl-methods-panel .path=${this.caps} .extractions=${this.inspection?.extractions.map(({ name }) => name) ?? []}></cdl-methods-panel>`}
      ${studies.issues.length === 0 ? nothing : html`<cdl-issues aria-label="Folders left out" .issues=${studies.issues}></cdl-issues>`}
    </div>`;
  }

  private choice(caps: readonly string[]) {
    return html`<div class="choose">
      <label for="caps">CAPS</label>
      <select
        id="caps"
        class="control"
        @change=${(event: Event) => {
          this.caps = (event.target as HTMLSelectElement).value;
          this.inspection = undefined;
          void this.look();
        }}
      >
        ${caps.map((path) => html`<option value=${path} ?selected=${path === this.caps}>${path}</option>`)}
      </select>
    </div>`;
  }

  private overview() {
    const { inspection } = this;
    if (this.error !== undefined) return html`<cdl-error .error=${this.error}></cdl-error>`;
    if (inspection === undefined) {
      return html`<p class="row quiet"><wa-spinner></wa-spinner>Looking through ${this.caps}…</p>`;
    }
    const { geometry, kinds, sessions, participants, extractions, issues, whole } = inspection;
    const soFar = whole ? '' : ' so far';
    const images = kinds.reduce((sum, kind) => sum + kind.sessions, 0);
    return html`<section class="card stack" aria-label="What the CAPS holds" data-testid="caps">
        ${tiles([
          { label: 'Participants', value: participants.toLocaleString('en') + soFar },
          { label: 'Sessions', value: sessions.length.toLocaleString('en') + soFar },
          {
            label: 'Images',
            value: images.toLocaleString('en') + soFar,
            note: kinds.map(({ title, sessions: number }) => `${number} ${title}`).join(', '),
          },
          {
            label: 'Extractions',
            value: extractions.length.toLocaleString('en'),
            note: extractions.map(({ name }) => name).join(', ') || 'nothing yet',
          },
          ...(geometry === null ? [] : [{ label: 'Voxels', value: geometry.shape.join(' × '), note: 'of the first image' }]),
        ])}
        ${this.looking ? html`<p class="quiet small" role="status">${whole ? 'Looking again…' : 'Looking through the other participants…'}</p>` : nothing}
        <cdl-data-table
          caption="Sessions and their images"
          .columns=${[{ name: 'Participant' }, { name: 'Session' }, { name: 'Images' }]}
          .rows=${sessions.map(({ participant_id, session_id, images: found }) => [participant_id, session_id, found.join(', ') || 'none'])}
        ></cdl-data-table>
      </section>
      ${
        issues.length === 0
          ? nothing
          : html`<section class="stack" aria-label="Problems">
              <h2>${count(issues.length, 'problem')}</h2>
              <cdl-issues .issues=${issues}></cdl-issues>
            </section>`
      }`;
  }

  private pictures() {
    const { inspection } = this;
    if (inspection === undefined) return nothing;
    return html`<cdl-session-viewer .caps=${this.caps} .sessions=${inspection.sessions} .line=${this.line}></cdl-session-viewer>`;
  }

  private prepare() {
    const { inspection } = this;
    const kind = inspection?.kinds[0];
    const suggested: FormValues = {
      caps_directory: this.caps,
      modality: kind?.preprocessing,
      tracer: kind?.tracer,
      suvr_reference_region: kind?.suvr_reference_region,
      custom_suffix: kind?.custom_suffix,
      dti_measure: kind?.dti_measure,
      dti_space: kind?.dti_space,
      ...(kind?.use_uncropped_image === true ? { use_uncropped_image: true } : {}),
    };
    const found = {
      caps_directory: this.session.value.studies.caps.length > 1 ? this.session.value.studies.caps : [],
      subjects_sessions_tsv: this.session.value.studies.tables,
      roi_list: inspection?.regions ?? [],
    };
    return html`<section class="card" aria-labelledby="prepare">
      <h2 id="prepare">Prepare</h2>
      <wa-tab-group
        .active=${this.mode}
        @wa-tab-show=${(event: CustomEvent<{ name: Mode }>) => (this.mode = event.detail.name)}
      >
        ${modes.map((mode) => html`<wa-tab panel=${mode} data-testid="mode-${mode}">${mode}</wa-tab>`)}
        ${modes.map(
          (mode) =>
            html`<wa-tab-panel name=${mode}>
              ${
                mode === this.mode
                  ? html`<p class="quiet mode-text">${modeTexts[mode]}</p>
                      <cdl-command-form
                        command="prepare-data ${mode}"
                        run-label="Prepare"
                        .suggested=${suggested}
                        .found=${found}
                        .drawBefore=${(line: string) => this.keep(line)}
                        .drawResult=${(result: unknown) => this.result(result as PrepareDataResult)}
                      ></cdl-command-form>`
                  : nothing
              }
            </wa-tab-panel>`,
        )}
      </wa-tab-group>
      ${this.mode === 'roi' ? this.masks() : nothing}${this.fromBids()}
    </section>`;
  }

  /** The form draws while this page does not: what it says is taken over a moment later. */
  private keep(line: string) {
    if (line !== this.line) void Promise.resolve().then(() => (this.line = line));
    return nothing;
  }

  /** What `prepare-data roi` cuts along. */
  private masks() {
    return html`<wa-details class="bids" appearance="outlined" summary="Masks of regions" data-testid="masks">
      <p class="quiet mode-text">
        Boxes of 50 mm around both hippocampi, for cropped and uncropped images: ClinicaDL 0.2 cut them, and its documentation names them.
      </p>
      <cdl-command-form
        command="make-masks"
        run-label="Make hippocampus masks"
        .suggested=${{ caps_directory: this.caps }}
        .drawResult=${(result: unknown) => this.madeMasks(result as MasksResult)}
      ></cdl-command-form>
      <p class="quiet mode-text bids">A mask of your own: it must lie on the grid of the images, and is checked before it is copied.</p>
      <cdl-command-form
        command="add-mask"
        run-label="Check and add"
        .suggested=${{ caps_directory: this.caps }}
        .drawResult=${(result: unknown) => this.madeMasks(result as MasksResult)}
      ></cdl-command-form>
    </wa-details>`;
  }

  private madeMasks({ written, kept }: MasksResult) {
    const there = kept.length === 0 ? '' : ` ${count(kept.length, 'mask')} were there and stay as they are.`;
    return html`<p>${count(written.length, 'mask')} written.${there} Above, <code>roi_list</code> offers them by name.</p>`;
  }

  /** Raw images, in a folder of another layout. */
  private fromBids() {
    return html`<wa-details class="bids" appearance="outlined" summary="Raw images of a BIDS folder">
      <p class="quiet mode-text">
        Images that no pipeline of Clinica has registered: each keeps its own grid. A network needs inputs of one size, so most
        studies cannot be trained on them.
      </p>
      <cdl-command-form
        command="prepare-data-from-bids ${this.mode}"
        run-label="Prepare"
        .suggested=${{ caps_directory: this.caps }}
        .drawResult=${(result: unknown) => this.result(result as PrepareDataResult)}
      ></cdl-command-form>
    </wa-details>`;
  }

  private result({ sessions, tensors, extract_json }: PrepareDataResult) {
    return html`<p>
      ${count(sessions, 'session')} prepared, ${count(tensors, 'tensor')} written. Training asks for the name
      <code>${extract_json}</code>. Next: <a href=${addressOf('cohort')}>split the participants</a>.
    </p>`;
  }
}
