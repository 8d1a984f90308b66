/** @file Inputs of an autoencoder beside what it made of them; or how to keep them, where a group has none. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { GreyPlane } from '../../jobs/planes';
import type { PlanePair, ReconstructionRequest, Reconstructions } from '../../jobs/reconstructions';
import { quoteWord } from '../../options/derive/words';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { planeStyles } from '../styles/planes';
import { base, controls, layout } from '../styles/shared';
import './command-line';
import './issue-list';
import { paintGrey } from './paint-grey';
import { decimal } from './words';

@customElement('cdl-reconstructions')
export class ReconstructionsView extends LitElement {
  static override styles = [
    base,
    controls,
    layout,
    planeStyles,
    css`
      .planes {
        --plane: 15rem;
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 2px;
      }
      .pair > div {
        min-inline-size: 0;
        font-size: 0.78rem;
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  @property({ attribute: false }) request: ReconstructionRequest | undefined;
  @state() private found: Reconstructions | undefined;
  @state() private error: OutcomeError | undefined;
  /** The request as text: the page makes an object of it each time it draws. */
  private key = '';
  private readonly session = new SessionController(this, { jobs: () => {}, studies: () => void this.look() });

  protected override willUpdate(changed: PropertyValues<this>): void {
    const key = JSON.stringify(this.request);
    if (!changed.has('request') || key === this.key) return;
    this.key = key;
    this.found = undefined;
    void Promise.resolve().then(() => this.look());
  }

  private async look(name = this.found?.shown?.name): Promise<void> {
    const { request, key } = this;
    if (request === undefined) return;
    try {
      const found = await this.session.value.query('reconstructions', name === undefined ? request : { ...request, name });
      if (key !== this.key) return;
      this.found = found;
      this.error = undefined;
    } catch (error) {
      if (!isAbort(error) && key === this.key) this.error = errorText(error);
    }
  }

  /** Canvases have no content of their own to bind. */
  protected override updated(): void {
    const planes = this.found?.shown?.planes.flatMap(({ input, output }) => [input, output]) ?? [];
    for (const [i, canvas] of this.renderRoot.querySelectorAll('canvas').entries()) paintGrey(canvas, planes[i]);
  }

  protected override render() {
    const { found, error } = this;
    if (error !== undefined) return html`<cdl-error .error=${error}></cdl-error>`;
    if (found === undefined) return nothing;
    return found.shown === null ? this.none() : this.pictures(found.names, found.shown);
  }

  private none() {
    const { path = '', group = '', split = 0, metric = '' } = this.request ?? {};
    const line = `clinicadl predict ${quoteWord(path)} ${quoteWord(group)} --save_tensor --selection_metrics ${metric} --split ${split}`;
    return html`<div class="stack" style="gap: var(--wa-space-xs)">
      <p>No images of this group are kept beside its numbers. This keeps each with what the network makes of it:</p>
      <cdl-command-line .line=${line}></cdl-command-line>
      <div class="row">
        <wa-button
          size="s"
          appearance="outlined"
          data-testid="keep-images"
          ?disabled=${this.session.value.job !== undefined}
          @click=${() => void this.session.value.run(line)}
        >
          <wa-icon slot="start" name="play"></wa-icon>Keep the images
        </wa-button>
      </div>
    </div>`;
  }

  private pictures(names: readonly string[], shown: NonNullable<Reconstructions['shown']>) {
    const { name, shape, planes, black, white, least, most } = shown;
    const chosen = (event: Event): void => void this.look((event.target as HTMLSelectElement).value);
    return html`<div class="stack" style="gap: var(--wa-space-xs)" data-testid="reconstructions">
      <h3 id="title">Input and reconstruction</h3>
      <select class="control" aria-label="Image to show" data-testid="choose-reconstruction" @change=${chosen}>
        ${names.map((one) => html`<option value=${one} ?selected=${one === name}>${one.replaceAll('_', ' ')}</option>`)}
      </select>
      <div class="planes">${planes.map((pair) => this.pair(pair))}</div>
      <p class="quiet small">
        ${shape.length === 4 ? `The middle planes of ${shape.slice(1).join(' × ')} voxels` : `${shape.slice(1).join(' × ')} pixels`}${
          shape[0] > 1 ? `, the first of ${shape[0]} channels` : ''
        }; on both sides ${decimal(black, 2)} is black and ${decimal(white, 2)} white. The reconstruction has values from
        ${decimal(least, 2)} to ${decimal(most, 2)}.
      </p>
    </div>`;
  }

  private pair({ title, input, output }: PlanePair) {
    const side = (plane: GreyPlane, text: string) =>
      html`<div>${text}<canvas role="img" aria-label="${text}${title === '' ? '' : `, ${title}`}" width=${plane.width} height=${plane.height}></canvas></div>`;
    return html`<figure>
      <div class="pair">${side(input, 'input')}${side(output, 'reconstruction')}</div>
      ${title === '' ? nothing : html`<figcaption>${title}</figcaption>`}
    </figure>`;
  }
}
