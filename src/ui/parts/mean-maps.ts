/** @file The mean maps of an interpretation, over the means of the elements that they are of. */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { MapPlane, MapView } from '../../jobs/map-view';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { planeStyles } from '../styles/planes';
import { base, controls, layout } from '../styles/shared';
import './issue-list';

@customElement('cdl-mean-maps')
export class MeanMaps extends LitElement {
  static override styles = [
    base,
    controls,
    layout,
    planeStyles,
    css`
      .planes {
        --plane: 12rem;
      }
    `,
  ];

  /** Of the interpretation, in the open folder. */
  @property() folder = '';
  @property() network = '';
  @state() private found: MapView | undefined;
  @state() private error: OutcomeError | undefined;
  private readonly session = new SessionController(this, {});

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('folder')) void Promise.resolve().then(() => this.look());
  }

  private async look(name?: string): Promise<void> {
    const { folder } = this;
    try {
      const found = await this.session.value.query('map-view', name === undefined ? { folder } : { folder, name });
      if (folder !== this.folder) return;
      this.found = found;
      this.error = undefined;
    } catch (error) {
      if (!isAbort(error) && folder === this.folder) this.error = errorText(error);
    }
  }

  /** Canvases have no content of their own to bind. */
  protected override updated(): void {
    for (const [i, canvas] of this.renderRoot.querySelectorAll('canvas').entries()) paint(canvas, this.found?.shown?.planes[i]);
  }

  protected override render() {
    const { found, error, network } = this;
    if (error !== undefined) return html`<cdl-error .error=${error}></cdl-error>`;
    if (found === undefined || found.shown === null) return nothing;
    const { names, shown, title } = found;
    const chosen = (event: Event): void => void this.look((event.target as HTMLSelectElement).value);
    return html`<div class="stack" style="gap: var(--wa-space-xs)" data-testid="mean-maps">
      <h3>${network}</h3>
      ${
        names.length === 1
          ? nothing
          : html`<select class="control" aria-label="Map to show" @change=${chosen}>
              ${names.map((name) => html`<option value=${name} ?selected=${name === shown.name}>${name.replaceAll('_', ' ')}</option>`)}
            </select>`
      }
      <div class="planes">
        ${shown.planes.map(
          ({ title: cut, image: { width, height } }) =>
            html`<figure>
              <canvas role="img" aria-label="Mean map over the mean image${cut === '' ? '' : `, ${cut}`}" width=${width} height=${height}></canvas>
              ${cut === '' ? nothing : html`<figcaption>Middle plane ${cut}</figcaption>`}
            </figure>`,
        )}
      </div>
      <p class="quiet small">
        ${title === '' ? '' : `${title[0].toUpperCase()}${title.slice(1)}. `}Red raises the output, blue lowers it; full colour is
        ${shown.largest.toPrecision(2)}. In grey, the mean of the images.
      </p>
    </div>`;
  }
}

/** Grey, with red over it where the map is above 0 and blue where it is below. */
function paint(canvas: HTMLCanvasElement, plane: MapPlane | undefined): void {
  const context = canvas.getContext('2d');
  if (context === null || plane === undefined) return;
  const { width, height, grey } = plane.image;
  const image = context.createImageData(width, height);
  for (const [i, value] of grey.entries()) {
    const side = (plane.map.grey[i] - 127.5) / 127.5;
    const share = Math.abs(side) < 0.01 ? 0 : Math.abs(side);
    const dim = value * (1 - share);
    image.data.set([dim + (side > 0 ? 255 * share : 0), dim, dim + (side < 0 ? 255 * share : 0), 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}
