/** @file Quality check: the three checks of ClinicaDL, a check by eye, and two raters compared. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/tab/tab.js';
import '@awesome.me/webawesome/dist/components/tab-group/tab-group.js';
import '@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CapsInspection } from '../../jobs/inspect-caps';
import type { ByEyeResult } from '../../jobs/quality-check/by-eye';
import type { CompareResult } from '../../jobs/quality-check/compare';
import type { QualityTable } from '../../jobs/quality-check/t1-linear';
import type { QualityVolumes } from '../../jobs/quality-check/t1-volume';
import { addressOf } from '../router';
import { SessionController } from '../state/contexts';
import type { FormValues } from '../state/form-state';
import type { Job } from '../state/job';
import { lastCheck } from '../state/last-check';
import { base, controls, layout } from '../styles/shared';
import './agreement-view';
import './command-form';
import { count } from './words';

const checks = ['by-eye', 'compare', 't1-linear', 't1-volume', 'pet-linear'] as const;
type Check = (typeof checks)[number];

const texts: Readonly<Record<Check, string>> = {
  'by-eye': 'Three slices of each image, accepted or rejected by a person. The order is drawn; names and groups are hidden.',
  compare: 'How far two raters agree: the tables of two checks by eye, or of one and of a network.',
  't1-linear': 'A network tells how probable it is that an image was registered well. It looks at images that were not cropped.',
  't1-volume': 'Maps of grey matter: their largest value, how many voxels they fill, how like the template the frontal part is.',
  'pet-linear': 'How much uptake there is on the contour of the brain: much of it, and the registration went wrong.',
};

@customElement('cdl-quality-forms')
export class QualityForms extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    css`
      wa-tab-panel {
        --padding: var(--wa-space-m) 0 0;
      }
      .check-text {
        margin-block-end: var(--wa-space-m);
      }
    `,
  ];

  /** The CAPS that is looked at. */
  @property() caps = '';
  /** Its first kind of images. */
  @property({ attribute: false }) kind: CapsInspection['kinds'][number] | undefined;
  @state() private chosen: Check = 'by-eye';
  private readonly session = new SessionController(this, { studies: () => {} });

  protected override render() {
    return html`<section class="card" aria-labelledby="quality">
      <h2 id="quality">Quality check</h2>
      <wa-tab-group
        .active=${this.chosen}
        @wa-tab-show=${(event: CustomEvent<{ name: Check }>) => (this.chosen = event.detail.name)}
      >
        ${checks.map((check) => html`<wa-tab panel=${check} data-testid="quality-${check}">${check}</wa-tab>`)}
        ${checks.map((check) => html`<wa-tab-panel name=${check}>${check === this.chosen ? this.form(check) : nothing}</wa-tab-panel>`)}
      </wa-tab-group>
    </section>`;
  }

  private form(check: Check) {
    const { studies, workspace } = this.session.value;
    const line = check === 'by-eye' && workspace !== undefined ? lastCheck(workspace.name) : null;
    return html`<p class="quiet check-text">
        ${texts[check]} <a href="guide/quality-check.html" target="_blank">More about it</a>.
      </p>
      ${
        line === null
          ? nothing
          : html`<p class="check-text"><a href=${addressOf('check', { line })} data-testid="go-on-check">Go on with the last check by eye</a></p>`
      }
      <cdl-command-form
        command="quality-check ${check}"
        run-label=${check === 'by-eye' ? 'Make the table' : check === 'compare' ? 'Compare' : 'Check'}
        .suggested=${this.suggested(check)}
        .found=${{
          caps_directory: studies.caps.length > 1 ? studies.caps : [],
          participants_tsv: studies.tables,
          first_tsv: studies.tables,
          second_tsv: studies.tables,
        }}
        .drawResult=${(result: unknown, job: Job) => this.result(check, result, job)}
      ></cdl-command-form>`;
  }

  private suggested(check: Check): FormValues {
    const { preprocessing, tracer, suvr_reference_region, custom_suffix, dti_measure, dti_space, use_uncropped_image } =
      this.kind ?? {};
    const uncropped = use_uncropped_image === true ? { use_uncropped_image: true } : {};
    const caps_directory = this.caps;
    const checked = this.session.value.studies.tables.filter((path) => /(^|\/)quality_eye[^/]*\.tsv$/.test(path));
    switch (check) {
      case 'by-eye':
        return {
          ...{ caps_directory, modality: preprocessing, tracer, suvr_reference_region, custom_suffix, dti_measure, dti_space },
          ...{ output_tsv: 'quality_eye.tsv', ...uncropped },
        };
      case 'compare':
        return { first_tsv: checked[0], second_tsv: checked[1] };
      case 't1-linear':
        return { caps_directory, output_tsv: 'quality_t1_linear.tsv' };
      case 't1-volume':
        return { caps_directory, output_directory: 'quality_t1_volume' };
      case 'pet-linear':
        return { ...{ caps_directory, output_tsv: 'quality_pet_linear.tsv', tracer, suvr_reference_region }, ...uncropped };
    }
  }

  private result(check: Check, result: unknown, { line }: Job): TemplateResult {
    if (check === 'by-eye') {
      const { file, images, answered } = result as ByEyeResult;
      return html`<p>${count(images, 'image')}, ${answered} with an answer, in <code>${file}</code>.</p>
        <div class="row">
          <wa-button variant="brand" href=${addressOf('check', { line })} data-testid="look-at-images">Look at the images</wa-button>
        </div>`;
    }
    if (check === 'compare') return html`<cdl-agreement .result=${result as CompareResult}></cdl-agreement>`;
    const whose = (isSame: boolean): string => (isSame ? 'the file of ClinicaDL' : 'another file than ClinicaDL’s');
    if (check === 't1-volume') {
      const { folder, sessions, steps, isSame } = result as QualityVolumes;
      return html`<p>
        Of ${count(sessions, 'session')}, ${steps.join(', then ')} are left after the three steps; the tables are in
        <code>${folder}</code>. The mask was ${whose(isSame)}.
      </p>`;
    }
    const { file, sessions, passed, isSame } = result as QualityTable;
    return html`<p>
      ${passed} of ${count(sessions, 'image')} pass: <code>${file}</code>, with ${whose(isSame)}. Commands that take a table of
      sessions leave out by name what did not pass.
    </p>`;
  }
}
