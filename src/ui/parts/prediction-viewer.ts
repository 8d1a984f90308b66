/** @file The image of each person of a result, and the way to the next mistake. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { ImageView } from '../../jobs/image-view';
import type { PredictedImage } from '../../jobs/predicted-image';
import { SessionController } from '../state/contexts';
import { base, controls, layout } from '../styles/shared';
import type { PredictedPerson } from './predicted-people';
import './viewer/viewer';

@customElement('cdl-prediction-viewer')
export class PredictionViewer extends LitElement {
  static override styles = [base, controls, layout];

  @property() maps = '';
  @property() group = '';
  @property({ type: Number }) split = 0;
  @property({ attribute: false }) people: readonly PredictedPerson[] = [];
  @state() private chosen = 0;
  @state() private found: PredictedImage | null | undefined;
  @state() private image: ImageView | undefined;
  /** Which people these are: the page makes the list anew each time it draws. */
  private key = '';
  private asked = 0;
  private readonly session = new SessionController(this, {});

  protected override willUpdate(): void {
    const { maps, group, split, people } = this;
    const key = JSON.stringify([
      maps,
      group,
      split,
      people.map(({ participant_id, session_id }) => [participant_id, session_id]),
    ]);
    if (key === this.key) return;
    this.key = key;
    this.choose(0);
  }

  private choose(index: number): void {
    this.chosen = index;
    void Promise.resolve().then(() => this.look());
  }

  private async look(): Promise<void> {
    const { maps, group, split } = this;
    const person = this.people[this.chosen];
    const own = ++this.asked;
    if (person === undefined) return;
    const { participant_id, session_id } = person;
    const { value: session } = this.session;
    try {
      const found = await session.query('predicted-image', { maps, group, split, participant_id, session_id });
      if (own !== this.asked) return;
      this.found = found;
      const image = found === null ? undefined : await session.query('image-view', { path: found.path });
      if (own === this.asked) this.image = image;
    } catch (error) {
      // The result stands without its images; what is wrong with them is told on Data.
      if (!isAbort(error) && own === this.asked) this.found = null;
    }
  }

  /** The next mistake behind the person shown, from the beginning again at the end. */
  private get nextMistake(): number {
    const { people, chosen } = this;
    const order = people.map((_, i) => (chosen + 1 + i) % people.length);
    return order.find((i) => people[i].wrong === true) ?? -1;
  }

  protected override render() {
    const { people, found, image, nextMistake } = this;
    const person = people[this.chosen];
    if (person === undefined) return nothing;
    return html`<section class="card stack" aria-labelledby="brains" data-testid="prediction-viewer">
      <div class="row between">
        <h2 id="brains">Images behind the predictions</h2>
        <div class="row">
          <select
            class="control"
            style="inline-size: auto"
            aria-label="Person"
            .selectedIndex=${this.chosen}
            @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).selectedIndex)}
          >
            ${people.map(
              ({ participant_id, session_id, wrong }, i) =>
                html`<option ?selected=${i === this.chosen}>${wrong === true ? '✗ ' : wrong === false ? '✓ ' : ''}${participant_id} ${session_id}</option>`,
            )}
          </select>
          ${
            nextMistake < 0
              ? nothing
              : html`<wa-button size="s" appearance="outlined" data-testid="next-mistake" @click=${() => this.choose(nextMistake)}>Next mistake</wa-button>`
          }
        </div>
      </div>
      <p data-testid="predicted-text">
        <b>${person.participant_id}</b> ${person.session_id}: ${person.text}${person.wrong === true ? ' ✗' : person.wrong === false ? ' ✓' : ''}
      </p>
      ${
        found === null
          ? html`<p class="quiet">The image is not in the opened folder, or cannot be read.</p>`
          : image === undefined
            ? html`<p class="row quiet"><wa-spinner></wa-spinner>Reading the image…</p>`
            : html`<cdl-viewer
                .image=${image}
                .boxes=${found?.boxes ?? []}
                .label=${`${person.participant_id} ${person.session_id}, ${person.text}`}
                .stamp=${found?.simulated === true ? 'Simulated' : ''}
              ></cdl-viewer>`
      }
      ${(found?.boxes.length ?? 0) === 0 ? nothing : html`<p class="quiet small">Outlined: what the network saw of the image.</p>`}
    </section>`;
  }
}
