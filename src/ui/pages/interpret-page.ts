/** @file Interpret: what trained networks look at in the images of a group. */
import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { InterpretResult } from '../../jobs/interpret';
import '../parts/command-form';
import { emptyState, emptyStyles } from '../parts/empty-state';
import '../parts/map-viewer';
import '../parts/mean-maps';
import { ChosenMaps } from '../state/chosen-maps';
import { SessionController } from '../state/contexts';
import type { FormValues } from '../state/form-state';
import { base, layout } from '../styles/shared';

@customElement('cdl-interpret-page')
export class InterpretPage extends LitElement {
  static override styles = [base, layout, emptyStyles];

  @state() private suggested: FormValues = {};
  @state() private found: Readonly<Record<string, readonly string[]>> = {};
  private readonly maps = new ChosenMaps(this, 'interpret', () => void this.look());
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
    this.suggested = {
      input_maps_directory,
      data_group: groups.includes('test') ? 'test' : 'validation',
      name: 'map',
      method: 'gradients',
      // As it was published, unless the person wants the map of 1.6.1.
      as_published: true,
      save_nifti: true,
      // The command explains the best by loss, where nothing else is said; a MAPS may have none of these.
      selection_metrics: metrics.length === 0 || metrics.includes('loss') ? undefined : metrics.slice(0, 1),
    };
    this.found = {
      input_maps_directory: maps.length > 1 ? maps : [],
      data_group: [...groups, 'validation', 'train'],
      selection_metrics: metrics,
      caps_directory: caps,
      participants_tsv: tables,
    };
  }

  protected override render() {
    const { workspace, studies } = this.session.value;
    const isEmpty = workspace === undefined || studies.maps.length === 0;
    return html`<div class="page-head">
        <h1>Interpret</h1>
        <p class="quiet">
          Draws where the output of a network depends on the image. A map is about the network, not about the disease:
          <a href="guide/interpretation.html" target="_blank">what each map means, and what it does not</a>.
        </p>
      </div>
      ${
        isEmpty
          ? emptyState('interpret', 'No trained network yet', 'Train a network first, or open a folder with a MAPS.')
          : nothing
      }
      ${
        workspace === undefined
          ? nothing
          : html`<div class="card">
              <cdl-command-form
                command="interpret"
                run-label="Interpret"
                .suggested=${this.suggested}
                .found=${this.found}
                @cdl-change=${this.maps.change}
                .drawResult=${(result: unknown) => {
                  const { maps, group, results } = result as InterpretResult;
                  return html`${results.map(
                    ({ split, selection_metric, folder }) =>
                      html`<cdl-map-viewer
                          .request=${{ maps, folder, group, split }}
                          .network=${`Split ${split}, best ${selection_metric}: over a brain`}
                        ></cdl-map-viewer>
                        <cdl-mean-maps
                        .folder=${`${maps}/${folder}`}
                        .network=${`Split ${split}, best ${selection_metric}`}
                      ></cdl-mean-maps>`,
                  )}`;
                }}
              ></cdl-command-form>
            </div>`
      }`;
  }
}
