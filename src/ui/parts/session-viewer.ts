/** @file The images of a CAPS, one person after the other, with what would be cut out of them. */
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { CutBox, ImageView, SessionImages } from '../../jobs/image-view';
import type { InspectedSession } from '../../jobs/inspect-caps';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base, controls, layout } from '../styles/shared';
import './issue-list';
import './viewer/viewer';

/** More names than this are not listed at once: they are found by their letters. */
const mostListed = 200;

@customElement('cdl-session-viewer')
export class SessionViewer extends LitElement {
  static override styles = [
    base,
    controls,
    layout,
    css`
      .people {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--wa-space-m);
      }
      @media (min-width: 900px) {
        .people {
          grid-template-columns: 13rem minmax(0, 1fr);
        }
      }
      select.list {
        inline-size: 100%;
        block-size: 100%;
        min-block-size: 3rem;
        background-image: none;
        padding: var(--wa-space-2xs);
      }
      select.list option {
        padding: 0.15rem 0.4rem;
        border-radius: var(--wa-border-radius-s);
      }
      select.list option:checked {
        background: var(--wa-color-brand-fill-quiet);
        color: var(--wa-color-brand-on-quiet);
      }
      @media (max-width: 899px) {
        select.list {
          block-size: 7rem;
        }
      }
    `,
  ];

  @property() caps = '';
  @property({ attribute: false }) sessions: readonly InspectedSession[] = [];
  /** The `prepare-data` line of the form: what it would cut is outlined. */
  @property() line = '';
  @state() private chosen = 0;
  @state() private search = '';
  @state() private kind = '';
  @state() private found: SessionImages | undefined;
  @state() private image: ImageView | undefined;
  @state() private boxes: readonly CutBox[] = [];
  @state() private error: OutcomeError | undefined;
  /** Counts what was asked for: only the last answer is shown. */
  private asked = 0;
  private readonly session = new SessionController(this, {});

  /** Those with an image whose names have the letters that are looked for. */
  private get shown(): readonly InspectedSession[] {
    const letters = this.search.trim().toLowerCase();
    return this.sessions.filter(
      ({ images, participant_id, session_id }) =>
        images.length > 0 && `${participant_id} ${session_id}`.toLowerCase().includes(letters),
    );
  }

  private find(letters: string): void {
    this.search = letters;
    this.chosen = 0;
    if (this.shown.length > 0) void this.look();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('caps')) [this.chosen, this.search] = [0, ''];
    if (changed.has('caps') || (changed.has('sessions') && this.image === undefined))
      void Promise.resolve().then(() => this.look());
    else if (changed.has('line')) void Promise.resolve().then(() => this.outline());
  }

  private async look(): Promise<void> {
    const session = this.shown[this.chosen];
    const own = ++this.asked;
    if (session === undefined) {
      this.image = undefined;
      return;
    }
    const { participant_id, session_id } = session;
    try {
      const request = { caps_directory: this.caps, participant_id, session_id };
      const found = await this.session.value.query('session-images', request);
      if (own !== this.asked) return;
      this.found = found;
      const image = found.images.find(({ title }) => title === this.kind) ?? found.images[0];
      const view = image === undefined ? undefined : await this.session.value.query('image-view', { path: image.path });
      if (own !== this.asked) return;
      this.image = view;
      this.error = undefined;
      await this.outline();
    } catch (error) {
      if (isAbort(error) || own !== this.asked) return;
      this.image = undefined;
      this.error = errorText(error);
    }
  }

  /** A line that cannot cut this image outlines nothing: the form tells why. */
  private async outline(): Promise<void> {
    const { image, line } = this;
    if (image === undefined) return;
    const boxes = await this.session.value.query('cut-boxes', { line, shape: image.shape }).catch((): CutBox[] => []);
    if (image === this.image && line === this.line) this.boxes = boxes;
  }

  protected override render() {
    const { shown, found } = this;
    if (shown.length === 0 && this.search === '') return nothing;
    const { participant_id = '', session_id = '' } = shown[this.chosen] ?? {};
    const listed = shown.slice(0, mostListed);
    const kinds = found?.images ?? [];
    return html`<section class="card stack" aria-labelledby="images" data-testid="session-viewer">
      <div class="row between">
        <h2 id="images">Images</h2>
        ${
          kinds.length < 2
            ? nothing
            : html`<select
                class="control"
                style="inline-size: auto"
                aria-label="Kind of image"
                @change=${(event: Event) => {
                  this.kind = (event.target as HTMLSelectElement).value;
                  void this.look();
                }}
              >
                ${kinds.map(({ title }) => html`<option ?selected=${title === this.kind}>${title}</option>`)}
              </select>`
        }
      </div>
      <div class="people">
        <div class="stack" style="gap: var(--wa-space-2xs)">
          ${
            this.sessions.length <= 20
              ? nothing
              : html`<input
                  class="control"
                  type="search"
                  aria-label="Find a person"
                  placeholder="Find a person"
                  .value=${this.search}
                  @input=${(event: Event) => this.find((event.target as HTMLInputElement).value)}
                />`
          }
          <select
            class="control list"
            size="8"
            aria-label="Person: arrows up and down go through them"
            @change=${(event: Event) => {
              this.chosen = (event.target as HTMLSelectElement).selectedIndex;
              void this.look();
            }}
          >
            ${listed.map((row, i) => html`<option ?selected=${i === this.chosen}>${row.participant_id} ${row.session_id}</option>`)}
          </select>
          ${listed.length === shown.length ? nothing : html`<p class="quiet small">The first ${listed.length} of ${shown.length}.</p>`}
        </div>
        <div>
          ${
            this.error !== undefined
              ? html`<cdl-error .error=${this.error}></cdl-error>`
              : shown.length === 0
                ? html`<p class="quiet">No name has these letters.</p>`
                : this.image === undefined
                  ? html`<p class="row quiet"><wa-spinner></wa-spinner>Reading the image…</p>`
                  : html`<cdl-viewer
                      .image=${this.image}
                      .boxes=${this.boxes}
                      .label=${`${participant_id} ${session_id}`}
                      .stamp=${found?.simulated === true ? 'Simulated' : ''}
                    ></cdl-viewer>
                    ${this.about(this.image)}`
          }
        </div>
      </div>
    </section>`;
  }

  private about({ volumes }: ImageView) {
    const { boxes } = this;
    const cut =
      boxes.length === 0
        ? ''
        : boxes.length === 1
          ? `The form below cuts ${boxes[0].name}. `
          : `The form below cuts ${boxes.length} pieces of each image, outlined; those around the cross are bright. `;
    const series = volumes > 1 ? `The file holds ${volumes} volumes; the first is shown.` : '';
    return cut + series === '' ? nothing : html`<p class="quiet small" data-testid="cut">${cut}${series}</p>`;
  }
}
