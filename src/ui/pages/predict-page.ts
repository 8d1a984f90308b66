/** @file Predict: trained networks applied to a group of participants. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { PredictResult } from '../../jobs/predict';
import '../parts/command-form';
import '../parts/missing-tensors';
import { emptyState, emptyStyles } from '../parts/empty-state';
import { addressOf } from '../router';
import { ChosenMaps } from '../state/chosen-maps';
import { SessionController } from '../state/contexts';
import type { FormValues } from '../state/form-state';
import { base, layout } from '../styles/shared';

@customElement('cdl-predict-page')
export class PredictPage extends LitElement {
  static override styles = [base, layout, emptyStyles];

  @state() private suggested: FormValues = {};
  @state() private found: Readonly<Record<string, readonly string[]>> = {};
  @state() private blocked = '';
  private readonly maps = new ChosenMaps(this, 'predict', () => void this.look());
  private readonly session = new SessionController(this, {
    workspace: () => this.maps.forget(),
    studies: () => void this.look(),
  });
  private async look(): Promise<void> {
    const session = this.session.value;
    const { caps, maps, tables } = session.studies;
    const found = await this.maps.find(session);
    if (found === undefined) return;
    const { suggested: input_maps_directory, summary } = found;
    const { groups = [], metrics = [] } = summary ?? {};
    const tests = tables.filter((path) => /(^|\/)(?!train|validation)[^/]*_baseline\.tsv$/.test(path));
    const isKnown = groups.includes('test');
    this.suggested = {
      input_maps_directory,
      data_group: 'test',
      ...(isKnown || tests.length === 0 ? {} : { caps_directory: caps[0], participants_tsv: tests[0] }),
    };
    this.found = {
      input_maps_directory: maps.length > 1 ? maps : [],
      data_group: groups,
      selection_metrics: metrics,
      caps_directory: caps,
      participants_tsv: [...tests, ...tables.filter((path) => !tests.includes(path))],
    };
  }

  protected override render() {
    const { workspace, studies } = this.session.value;
    return html`<div class="page-head">
        <h1>Predict</h1>
        <p class="quiet">
          Applies the networks of a MAPS to participants they have not seen. A new group needs a CAPS and a table, or without
          labels a CAPS alone; a known one only its name.
        </p>
      </div>
      ${
        workspace === undefined || studies.maps.length === 0
          ? emptyState(
              'predict',
              'No trained network yet',
              workspace === undefined
                ? 'Open a folder with a MAPS, or run the sample study.'
                : 'Train a network first; its MAPS then appears here.',
              html`<wa-button variant="brand" href=${addressOf(workspace === undefined ? 'home' : 'train')}>
                ${workspace === undefined ? 'Go to Home' : 'Go to Train'}
              </wa-button>`,
            )
          : nothing
      }
      ${
        workspace === undefined
          ? nothing
          : html`<div class="card">
              <cdl-command-form
                command="predict"
                run-label="Predict"
                .suggested=${this.suggested}
                .found=${this.found}
                .blocked=${this.blocked}
                @cdl-change=${this.maps.change}
                .drawBefore=${(line: string) => html`<cdl-missing-tensors .line=${line}></cdl-missing-tensors>`}
                @cdl-blocked=${(event: HTMLElementEventMap['cdl-blocked']) => (this.blocked = event.detail.reason)}
                .drawResult=${(result: unknown) => {
                  const { maps, group } = result as PredictResult;
                  return html`<div>
                    <wa-button variant="brand" href=${addressOf('results', { maps, group })} data-testid="see-results">
                      See the results of “${group}”<wa-icon slot="end" name="arrow-right"></wa-icon>
                    </wa-button>
                  </div>`;
                }}
              ></cdl-command-form>
            </div>`
      }`;
  }
}
