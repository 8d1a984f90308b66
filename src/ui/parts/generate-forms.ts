/** @file Data sets whose answer is known beforehand: the six forms of `generate`. */
import '@awesome.me/webawesome/dist/components/tab/tab.js';
import '@awesome.me/webawesome/dist/components/tab-group/tab-group.js';
import '@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { GenerateCohortResult } from '../../jobs/generate/cohort';
import type { GenerateResult } from '../../jobs/generate/write-generated';
import type { CapsInspection } from '../../jobs/inspect-caps';
import { addressOf } from '../router';
import { SessionController } from '../state/contexts';
import type { FormValues } from '../state/form-state';
import { base, controls, layout } from '../styles/shared';
import './command-form';
import { count } from './words';

const kinds = ['cohort', 'random', 'trivial', 'shepplogan', 'hypometabolic', 'artifacts'] as const;
type Kind = (typeof kinds)[number];

const texts: Readonly<Record<Kind, string>> = {
  cohort:
    'Simulated brains with a disease, sites, sessions and twins as you want them, and the true map of what the disease took. No images are needed.',
  random: 'One image with noise, called AD and CN by chance: no honest network tells them apart.',
  trivial: 'Each image twice, with less intensity in one region (AD) or in another (CN): every network should tell them apart.',
  shepplogan: 'Drawn slices of a head in three subtypes, mixed otherwise in AD than in CN. No images are needed.',
  hypometabolic: 'FDG PET images that lose uptake where a disease takes it.',
  artifacts: 'Images as motion, contrast and noise spoil them.',
};

@customElement('cdl-generate-forms')
export class GenerateForms extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    css`
      wa-tab-panel {
        --padding: var(--wa-space-m) 0 0;
      }
      .kind-text {
        margin-block-end: var(--wa-space-m);
      }
    `,
  ];

  /** The CAPS that is looked at; '' when there is none. */
  @property() caps = '';
  /** Its first kind of images. */
  @property({ attribute: false }) kind: CapsInspection['kinds'][number] | undefined;
  @state() private chosen: Kind = 'cohort';
  private readonly session = new SessionController(this, {});

  protected override render() {
    return html`<section class="card" aria-labelledby="generate">
      <h2 id="generate">Generate</h2>
      <wa-tab-group
        .active=${this.chosen}
        @wa-tab-show=${(event: CustomEvent<{ name: Kind }>) => (this.chosen = event.detail.name)}
      >
        ${kinds.map((kind) => html`<wa-tab panel=${kind} data-testid="generate-${kind}">${kind}</wa-tab>`)}
        ${kinds.map((kind) => html`<wa-tab-panel name=${kind}>${kind === this.chosen ? this.form(kind) : nothing}</wa-tab-panel>`)}
      </wa-tab-group>
    </section>`;
  }

  private form(kind: Kind) {
    const { caps, tables } = this.session.value.studies;
    const { preprocessing, tracer, suvr_reference_region, use_uncropped_image } = this.kind ?? {};
    const isKnown = preprocessing === 't1-linear' || preprocessing === 'pet-linear';
    const suggested: FormValues = {
      ...(this.caps === '' ? {} : { caps_directory: this.caps }),
      ...(kind === 'cohort' ? { output_directory: 'cohort' } : { generated_caps_directory: `generated_${kind}` }),
      ...(isKnown ? { preprocessing, tracer, suvr_reference_region } : {}),
      ...(use_uncropped_image === true ? { use_uncropped_image: true } : {}),
      ...(kind === 'trivial' ? { box_masks: true } : {}),
    };
    return html`<p class="quiet kind-text">${texts[kind]}</p>
      <cdl-command-form
        command="generate ${kind}"
        run-label="Generate"
        .suggested=${suggested}
        .found=${{ caps_directory: caps, participants_tsv: tables }}
        .drawResult=${(result: unknown) => (kind === 'cohort' ? this.cohort(result as GenerateCohortResult) : this.result(result as GenerateResult))}
      ></cdl-command-form>`;
  }

  private cohort({ images, participants, caps_directory, labels }: GenerateCohortResult) {
    return html`<p>
      ${count(participants, 'participant')} with ${count(images, 'image')} in <code>${caps_directory}</code>, labels in
      <code>${labels}</code>. Beside each image lies <code>…_logjacobian.nii.gz</code>, the truth. Next: prepare the images above, and
      <a href=${addressOf('cohort')}>split the participants</a>.
    </p>`;
  }

  private result({ images, caps_directory, labels, extract_json }: GenerateResult) {
    const next =
      extract_json === undefined
        ? 'Next: prepare its images above.'
        : html`Training asks for the name <code>${extract_json}</code>.`;
    return html`<p>
      ${count(images, 'image')} in <code>${caps_directory}</code>, labels in <code>${labels}</code>. ${next}
      <a href=${addressOf('cohort')}>Split the participants</a>.
    </p>`;
  }
}
