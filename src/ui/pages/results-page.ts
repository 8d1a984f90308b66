/** @file Results: a MAPS opened. Which split, network and group is chosen; its numbers, curves and predictions are shown. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { StudyFolders } from '../../jobs/find-studies';
import type { MapsResultEntry, MapsSummary } from '../../jobs/maps-queries';
import type { ResultRequest, ResultView } from '../../jobs/result-view';
import type { CurveView } from '../../jobs/training-curves';
import type { OutcomeError } from '../../options/outcome';
import '../parts/command-form';
import '../parts/data-table';
import '../parts/download-zip';
import { emptyState, emptyStyles } from '../parts/empty-state';
import '../parts/issue-list';
import '../parts/leak-note';
import '../parts/leak-panel';
import '../parts/methods-panel';
import { peopleOf } from '../parts/predicted-people';
import { learningView } from '../parts/result-learning';
import { numbersView, splitsView } from '../parts/result-numbers';
import '../parts/prediction-viewer';
import { predictionsView } from '../parts/result-predictions';
import { tileStyles } from '../parts/tiles';
import { count } from '../parts/words';
import { addressOf, placeOf } from '../router';
import { SessionController } from '../state/contexts';
import { chooseResult, type ResultChoice } from '../state/result-choice';
import { errorText } from '../state/session';
import { base, controls, layout, tables } from '../styles/shared';
import { resultsStyles } from './results-page.styles';

const MOST_SPLITS = 12;

/** A sentence above a form that is folded away. */
const foldedText = css`
  wa-details > p {
    margin-block: 0 var(--wa-space-m);
  }
`;

@customElement('cdl-results-page')
export class ResultsPage extends LitElement {
  static override styles = [base, layout, controls, tables, emptyStyles, tileStyles, resultsStyles, foldedText];

  @state() private path = '';
  @state() private summary: MapsSummary | undefined;
  @state() private choice: ResultChoice | undefined;
  /** What the person chose in this MAPS; the rest of the choice follows by itself. */
  private wish: Partial<ResultChoice> = {};
  /** The address that was followed last: a later look does not go back to it. */
  private followed = '';
  @state() private view: ResultView | undefined;
  @state() private curves: CurveView | undefined;
  /** The chosen group through the networks of every split. */
  @state() private others: readonly { readonly split: number; readonly view: ResultView }[] = [];
  @state() private error: OutcomeError | undefined;
  @state() private onlyWrong = false;
  private readonly session = new SessionController(this, { workspace: () => this.forget(), studies: () => void this.look() });
  private readonly moved = (): void => {
    if (placeOf(location.hash).page.name === 'results') void this.look();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.moved);
    void Promise.resolve().then(() => this.look());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.moved);
  }

  private forget(): void {
    this.go('');
    this.summary = undefined;
    this.error = undefined;
  }

  /** To another MAPS: what was chosen in the one before is forgotten. */
  private go(path: string): void {
    if (path === this.path) return;
    this.path = path;
    this.wish = {};
    this.choice = undefined;
    this.view = undefined;
    this.curves = undefined;
    this.others = [];
  }

  private async look(): Promise<void> {
    const { maps } = this.session.value.studies;
    const { page, query } = placeOf(location.hash);
    const asked = query.get('maps');
    if (page.name === 'results' && location.hash !== this.followed && asked !== null && maps.includes(asked)) {
      this.followed = location.hash;
      this.go(asked);
      const group = query.get('group');
      this.wish = group === null ? {} : { group };
    }
    if (!maps.includes(this.path)) this.go(maps.at(-1) ?? '');
    await this.open();
  }

  private async open(): Promise<void> {
    const { path } = this;
    if (path === '') {
      this.summary = undefined;
      return;
    }
    await this.attempt(async () => {
      const summary = await this.session.value.query('maps-summary', { path });
      if (path !== this.path) return;
      this.summary = summary;
      this.choice = chooseResult(summary.results, this.wish);
      await this.load();
    });
  }

  private async load(): Promise<void> {
    const { choice, path, summary } = this;
    if (choice === undefined || summary === undefined) {
      this.view = undefined;
      return;
    }
    const request: ResultRequest = { path, ...choice };
    const session = this.session.value;
    const [view, curves] = await Promise.all([
      session.query('result', request),
      session.query('curves', { path, split: choice.split }),
    ]);
    if (choice !== this.choice) return;
    [this.view, this.curves] = [view, curves];
    const splits = summary.results
      .filter((entry) => entry.metric === choice.metric && entry.group === choice.group)
      .map(({ split }) => split)
      .slice(0, MOST_SPLITS);
    const views = await Promise.all(splits.map((split) => session.query('result', { ...request, split })));
    if (choice === this.choice) this.others = views.map((other, i) => ({ split: splits[i], view: other }));
  }

  /** The curves of another network of the split. */
  private async showNetwork(network: number): Promise<void> {
    const { path, choice } = this;
    if (choice === undefined) return;
    const curves = await this.session.value.query('curves', { path, split: choice.split, network });
    if (choice === this.choice) this.curves = curves;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.error = undefined;
    try {
      await work();
    } catch (error) {
      if (!isAbort(error)) this.error = errorText(error);
    }
  }

  private choose(change: Partial<ResultChoice>): void {
    if (this.summary === undefined) return;
    // a level belongs to what it was chosen for: another MAPS mode may not have it, which chooseResult sees to
    this.wish = { ...this.wish, ...change };
    this.choice = chooseResult(this.summary.results, { ...this.choice, ...this.wish });
    void this.attempt(() => this.load());
  }

  protected override render() {
    const { workspace, studies } = this.session.value;
    return html`<div class="stack" style="gap: var(--wa-space-l)">
      <div class="page-head" style="margin: 0">
        <h1>Results</h1>
        <p class="quiet">How well trained networks do: on the participants they learned from, and on those they had not seen.</p>
      </div>
      ${
        workspace === undefined || studies.maps.length === 0
          ? emptyState(
              'results',
              'No results yet',
              workspace === undefined
                ? 'Open a folder with a MAPS, or run the sample study.'
                : 'Train a network; its MAPS then opens here.',
              html`<wa-button variant="brand" href=${addressOf(workspace === undefined ? 'home' : 'train')}>
                ${workspace === undefined ? 'Go to Home' : 'Go to Train'}
              </wa-button>`,
            )
          : html`${this.choosers(studies.maps)}<cdl-error .error=${this.error}></cdl-error>${this.body()}`
      }
      ${studies.older.map((folder) => this.older(folder, studies))}
    </div>`;
  }

  /** A folder that has to become a MAPS before it can be shown; open where there is nothing else to see. */
  private older(folder: string, { maps, older }: Pick<StudyFolders, 'maps' | 'older'>) {
    const which = older.length === 1 ? '' : `: ${folder === '.' ? 'the open folder' : folder}`;
    const name = folder === '.' ? 'maps' : `${folder}_maps`;
    const suggested = { results_directory: folder, output_maps_directory: name };
    return html`<wa-details
      appearance="outlined"
      summary=${`Open results of ClinicaDL 0.2${which}`}
      icon-placement="start"
      ?open=${maps.length === 0 && older.length === 1}
      data-testid="older-results"
    >
      <p class="quiet small">
        ${folder === '.' ? 'The open folder' : html`<b>${folder}</b>`} was written by ClinicaDL 0.2. A MAPS is made of it, which opens here and
        predicts where its network is known; the old folder stays as it is.
      </p>
      <cdl-command-form command="import-results" run-label="Make the MAPS" .suggested=${suggested}></cdl-command-form>
    </wa-details>`;
  }

  private choosers(maps: readonly string[]) {
    const { choice, summary } = this;
    const results = summary?.results ?? [];
    const distinct = <T>(of: (entry: MapsResultEntry) => T): T[] => [...new Set(results.map(of))];
    const levels = results.find(
      ({ split, metric, group }) => split === choice?.split && metric === choice.metric && group === choice.group,
    )?.levels;
    return html`<section class="card stack" aria-label="What to show">
      <div class="choosers">
        ${this.select('MAPS', this.path, maps, (path) => {
          this.go(path);
          void this.open();
        })}
        ${
          choice === undefined
            ? nothing
            : html`${this.select(
                'Group',
                choice.group,
                distinct(({ group }) => group),
                (group) => this.choose({ group }),
              )}
                ${this.select(
                  'Split',
                  String(choice.split),
                  distinct(({ split }) => String(split)),
                  (split) => this.choose({ split: Number(split) }),
                )}
                ${this.select(
                  'Best network by',
                  choice.metric,
                  distinct(({ metric }) => metric),
                  (metric) => this.choose({ metric }),
                )}
                ${this.select(
                  'Level',
                  choice.level,
                  (levels ?? []).map(({ level }) => level),
                  (level) => this.choose({ level: level as ResultChoice['level'] }),
                )}`
        }
      </div>
      <div class="row between">
        ${summary === undefined ? nothing : this.about(summary)}
        <cdl-download-zip .path=${this.path} label="Download MAPS as zip"></cdl-download-zip>
      </div>
    </section>`;
  }

  private select(label: string, value: string, values: readonly string[], chosen: (value: string) => void) {
    const id = `choose-${label.toLowerCase().replaceAll(' ', '-')}`;
    return html`<div>
      <label for=${id}>${label}</label>
      <select id=${id} class="control" data-testid=${id} @change=${(event: Event) => chosen((event.target as HTMLSelectElement).value)}>
        ${values.map((item) => html`<option value=${item} ?selected=${item === value}>${item}</option>`)}
      </select>
    </div>`;
  }

  private about({ parameters }: MapsSummary) {
    const text = (name: string): string => String(parameters[name] ?? '?');
    return html`<p class="quiet small">
      ${text('architecture')}${parameters.multi_network === true ? (typeof parameters.num_networks === 'number' ? `, ${count(parameters.num_networks, 'network')},` : ', several networks,') : ''} on ${text('mode')} inputs${
        text('caps_directory') === '' ? '' : ` of ${text('caps_directory')}`
      }, ${parameters.label == null ? '' : `label ${text('label')}, `}${count(Number(parameters.epochs), 'epoch')}${
        text('architecture').endsWith('.json')
          ? '. Python’s ClinicaDL cannot open this MAPS: the network is one of your own.'
          : ''
      }
    </p>`;
  }

  private body() {
    const { view, choice } = this;
    if (this.summary?.predictOnly === true && choice === undefined) {
      return emptyState(
        'results',
        'No group has been predicted yet',
        'This model was handed over to predict with; its model_card.md tells what it is and how well it does.',
        html`<wa-button variant="brand" href=${addressOf('predict')}>Go to Predict</wa-button>`,
      );
    }
    if (this.summary !== undefined && choice === undefined) {
      return emptyState(
        'results',
        'This MAPS has no predictions',
        'Its training has not come to its end yet. Resume it on the page Home, or predict a group.',
      );
    }
    if (view === undefined || choice === undefined) {
      return this.error === undefined ? html`<p class="row quiet"><wa-spinner></wa-spinner>Reading…</p>` : nothing;
    }
    const onlyWrong = {
      value: this.onlyWrong,
      set: (value: boolean) => {
        this.onlyWrong = value;
      },
    };
    return html`<cdl-leak-note .maps=${this.path} .group=${choice.group}></cdl-leak-note>
      ${numbersView(view, this.path, choice)} ${splitsView(this.others, choice)}
      ${this.curves === undefined ? nothing : learningView(this.curves, { split: choice.split, selection: choice.metric }, (network) => void this.attempt(() => this.showNetwork(network)))}
      ${predictionsView(view, choice.level, onlyWrong)} ${this.pictures(view, choice)} <cdl-leak-panel .path=${this.path}></cdl-leak-panel>
      <cdl-methods-panel .path=${this.path}></cdl-methods-panel> ${this.parameters()} ${this.elsewhere(choice)}`;
  }

  /** The chosen network as a file for other programs, and the networks for somebody who predicts with them. */
  private elsewhere({ split, metric }: ResultChoice) {
    const suggested = {
      input_maps_directory: this.path,
      output_file: `${this.path}_split-${split}_best-${metric}.onnx`,
      split,
      selection_metric: metric,
    };
    const found = { selection_metrics: this.summary?.metrics ?? [], selection_metric: this.summary?.metrics ?? [] };
    const handed = { input_maps_directory: this.path, output_directory: `${this.path}_model` };
    return html`<wa-details appearance="outlined" summary="Use this network in other programs (ONNX)" icon-placement="start">
        <cdl-command-form command="export-onnx" run-label="Write the file" .suggested=${suggested} .found=${found}></cdl-command-form>
      </wa-details>
      <wa-details appearance="outlined" summary="Hand over a model that names nobody" icon-placement="start">
        <p class="quiet small">
          A new folder with the networks, a card that tells what they are and how well they do, and no participant of the training. Send it as a
          whole; it opens here, and predicts with the images of whoever gets it.
        </p>
        <cdl-command-form command="export-model" run-label="Write the folder" .suggested=${handed} .found=${found}></cdl-command-form>
      </wa-details>`;
  }

  /** Whom the predictions are of. */
  private pictures(view: ResultView, { group, split }: ResultChoice) {
    const people = peopleOf(view);
    if (people.length === 0) return nothing;
    return html`<cdl-prediction-viewer .maps=${this.path} .group=${group} .split=${split} .people=${people}></cdl-prediction-viewer>`;
  }

  private parameters() {
    const { summary } = this;
    if (summary === undefined) return nothing;
    const rows = Object.entries(summary.parameters).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    return html`<wa-details appearance="outlined" summary="Parameters of the training (maps.json)" icon-placement="start">
      <cdl-data-table caption="Parameters" page-size="25" .columns=${[{ name: 'Name' }, { name: 'Value' }]} .rows=${rows}></cdl-data-table>
    </wa-details>`;
  }
}
