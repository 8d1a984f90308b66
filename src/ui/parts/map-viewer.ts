/** @file A map of an interpretation over the image of a person. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { ImageView } from '../../jobs/image-view';
import type { InterpretationImages, InterpretationRequest } from '../../jobs/interpretation-images';
import type { PredictedImage } from '../../jobs/predicted-image';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base, controls, layout } from '../styles/shared';
import './issue-list';
import type { Overlay } from './viewer/paint';
import './viewer/viewer';

@customElement('cdl-map-viewer')
export class MapViewer extends LitElement {
  static override styles = [base, controls, layout];

  /** The page makes it anew each time it draws. */
  @property({ attribute: false, hasChanged: (a, b) => JSON.stringify(a) !== JSON.stringify(b) }) request:
    | InterpretationRequest
    | undefined;
  /** Which network, as a heading. */
  @property() network = '';
  @state() private found: InterpretationImages | undefined;
  @state() private map = 0;
  @state() private person = 0;
  @state() private image: ImageView | undefined;
  @state() private beneath: PredictedImage | null = null;
  @state() private overlay: Overlay | undefined;
  @state() private error: OutcomeError | undefined;
  private asked = 0;
  private readonly session = new SessionController(this, {});

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('request')) void Promise.resolve().then(() => this.open());
  }

  private async open(): Promise<void> {
    const { request } = this;
    if (request === undefined) return;
    await this.attempt(async (own) => {
      const found = await this.session.value.query('interpretation-images', request);
      if (own !== this.asked) return;
      this.found = found;
      [this.map, this.person] = [0, 0];
      await this.look(own);
    });
  }

  private async attempt(work: (own: number) => Promise<void>): Promise<void> {
    const own = ++this.asked;
    try {
      await work(own);
      this.error = undefined;
    } catch (error) {
      if (!isAbort(error) && own === this.asked) this.error = errorText(error);
    }
  }

  /** The map, and the person whom it is of; beneath a mean the one chosen. */
  private async look(own: number): Promise<void> {
    const { found, request } = this;
    const map = found?.images[this.map];
    if (found === undefined || request === undefined || map === undefined) return;
    const person = map.person ?? found.people[this.person];
    const { value: session } = this.session;
    const { affine, shape, data, range } = await session.query('image-view', { path: map.path });
    const { maps, group, split } = request;
    const beneath = person === undefined ? null : await session.query('predicted-image', { maps, group, split, ...person });
    const image = beneath === null ? undefined : await session.query('image-view', { path: beneath.path });
    if (own !== this.asked) return;
    this.overlay = { affine, shape, data, largest: Math.max(Math.abs(range[0]), Math.abs(range[1])) };
    this.beneath = beneath;
    this.image = image;
  }

  protected override render() {
    const { found, error, image, beneath, overlay } = this;
    if (error !== undefined) return html`<cdl-error .error=${error}></cdl-error>`;
    const map = found?.images[this.map];
    if (found === undefined || map === undefined) return nothing;
    const person = map.person ?? found.people[this.person];
    const name = person === undefined ? '' : `${person.participant_id} ${person.session_id}`;
    const choose =
      (key: 'map' | 'person') =>
      (event: Event): void => {
        this[key] = (event.target as HTMLSelectElement).selectedIndex;
        void this.attempt((own) => this.look(own));
      };
    return html`<section class="stack" style="gap: var(--wa-space-xs)" aria-label="Map over an image, ${this.network}" data-testid="map-viewer">
      <h3>${this.network}</h3>
      <div class="row">
        <label>Map
          <select class="control" style="inline-size: auto" data-testid="map-choice" @change=${choose('map')}>
            ${found.images.map(({ title }, i) => html`<option ?selected=${i === this.map}>${title}</option>`)}
          </select>
        </label>
        ${
          map.person !== null || found.people.length === 0
            ? nothing
            : html`<label>over the image of
                <select class="control" style="inline-size: auto" data-testid="map-person" @change=${choose('person')}>
                  ${found.people.map(
                    ({ participant_id, session_id }, i) =>
                      html`<option ?selected=${i === this.person}>${participant_id} ${session_id}</option>`,
                  )}
                </select>
              </label>`
        }
      </div>
      ${
        beneath === null && overlay !== undefined
          ? html`<p class="quiet">The image of ${name} is not in the opened folder, or cannot be read; the map lies at ${map.path}.</p>`
          : image === undefined
            ? html`<p class="row quiet"><wa-spinner></wa-spinner>Reading the map…</p>`
            : html`<cdl-viewer
                .image=${image}
                .overlay=${overlay}
                .boxes=${beneath?.boxes ?? []}
                .label=${`${map.title}, over ${name}`}
                .stamp=${beneath?.simulated === true ? 'Simulated' : ''}
              ></cdl-viewer>`
      }
      <p class="quiet small">
        ${found.what === '' ? '' : `${found.what[0].toUpperCase()}${found.what.slice(1)}. `}Red raises the output, blue lowers it. The file
        <code>${map.path}</code> opens in any viewer.
      </p>
    </section>`;
  }
}
