/** @file Results: a MAPS opened. Which split, network and group is chosen; its numbers, curves and predictions are shown. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { CurveView, MapsResultEntry, MapsSummary, ResultRequest, ResultView } from '../../jobs/maps-queries';
import type { OutcomeError } from '../../options/outcome';
import '../parts/chart';
import { curveChart, rocChart } from '../parts/charts';
import '../parts/confusion';
import '../parts/data-table';
import '../parts/download-zip';
import { emptyState, emptyStyles } from '../parts/empty-state';
import '../parts/issue-list';
import '../parts/metrics-table';
import { tileStyles, tiles } from '../parts/tiles';
import { decimal } from '../parts/words';
import { addressOf, placeOf } from '../router';
import { SessionController } from '../state/contexts';
import { bestEpochs, filePoints } from '../state/curves';
import { baselinesOf, decimalsLost, metricNames } from '../state/metrics';
import { chooseResult, type ResultChoice } from '../state/result-choice';
import { errorText } from '../state/session';
import { base, controls, layout, tables } from '../styles/shared';
import { resultsStyles } from './results-page.styles';

const MOST_SPLITS = 12;

@customElement('cdl-results-page')
export class ResultsPage extends LitElement {
  static override styles = [base, layout, controls, tables, emptyStyles, tileStyles, resultsStyles];

  @state() private path = '';
  @state() private summary: MapsSummary | undefined;
  @state() private choice: ResultChoice | undefined;
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
    this.path = '';
    this.summary = undefined;
    this.view = undefined;
  }

  private async look(): Promise<void> {
    const { maps } = this.session.value.studies;
    const { query } = placeOf(location.hash);
    const asked = query.get('maps');
    if (asked !== null && maps.includes(asked)) this.path = asked;
    if (!maps.includes(this.path)) this.path = maps.at(-1) ?? '';
    await this.open(query.get('group') ?? undefined);
  }

  private async open(group?: string): Promise<void> {
    const { path } = this;
    if (path === '') {
      this.summary = undefined;
      return;
    }
    await this.attempt(async () => {
      const summary = await this.session.value.query('maps-summary', { path });
      if (path !== this.path) return;
      this.summary = summary;
      const wanted = group === undefined ? this.choice : { ...this.choice, group };
      this.choice = chooseResult(summary.results, wanted ?? { group: 'test' });
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
    this.choice = chooseResult(this.summary.results, { ...this.choice, ...change });
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
    </div>`;
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
          this.path = path;
          this.view = undefined;
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
      ${text('architecture')} on ${text('mode')} inputs of ${text('caps_directory')}, label ${text('label')}, ${text('epochs')} epochs
    </p>`;
  }

  private body() {
    const { view, choice } = this;
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
    return html`${view.metrics === null ? html`<p class="card">This group has no labels, so there are predictions but no metrics.</p>` : this.numbers(view)}
      ${this.allSplits()} ${this.learning(choice.split)} ${this.predictions(view, choice)} ${this.parameters()}`;
  }

  private numbers(view: ResultView) {
    const { metrics, roc, confusion, classes } = view;
    const value = (name: string) => metrics?.find((metric) => metric.name === name);
    const headline = ['BA', 'accuracy', 'sensitivity', 'specificity'].flatMap((name) => {
      const metric = value(name);
      if (metric === undefined) return [];
      const unsaid = metric.lower === null || decimalsLost(metric);
      const note = unsaid ? undefined : `95 %: ${decimal(metric.lower)} – ${decimal(metric.upper)}`;
      return [{ label: metricNames[name] ?? name, value: decimal(metric.value), ...(note === undefined ? {} : { note }) }];
    });
    return html`<section class="card stack" aria-labelledby="numbers">
      <h2 id="numbers">${this.choice?.group}, split ${this.choice?.split}</h2>
      ${tiles([...headline, ...(roc === null ? [] : [{ label: 'Area under the ROC', value: decimal(roc.auc), note: `${classes[0]} against the rest` }])])}
      <div class="figures">
        ${roc === null ? nothing : html`<cdl-chart .spec=${rocChart(roc, classes[0])}></cdl-chart>`}
        ${confusion === null ? nothing : html`<cdl-confusion .counts=${confusion} .classes=${classes}></cdl-confusion>`}
      </div>
      <cdl-metrics-table
        .metrics=${metrics ?? []}
        .baselines=${confusion === null ? undefined : baselinesOf(confusion, classes)}
      ></cdl-metrics-table>
    </section>`;
  }

  private allSplits() {
    const { others, choice } = this;
    if (others.length < 2) return nothing;
    const names = ['BA', 'accuracy', 'sensitivity', 'specificity'];
    const cell = (view: ResultView, name: string): string => decimal(view.metrics?.find((metric) => metric.name === name)?.value);
    return html`<section class="card stack" aria-labelledby="all-splits">
      <h2 id="all-splits">Every split, group ${choice?.group}</h2>
      <cdl-data-table
        caption="Metrics of every split"
        .columns=${[{ name: 'Split' }, ...names.map((name) => ({ name: metricNames[name] ?? name, number: true })), { name: 'AUC', number: true }]}
        .rows=${others.map(({ split, view }) => [`split ${split}`, ...names.map((name) => cell(view, name)), decimal(view.roc?.auc)])}
      ></cdl-data-table>
    </section>`;
  }

  private learning(split: number) {
    const { curves } = this;
    if (curves === undefined || curves.rows.length === 0) return nothing;
    const [loss, accuracy] = [filePoints(curves, split, 'loss'), filePoints(curves, split, 'BA')];
    return html`<section class="card stack" aria-labelledby="learning">
      <h2 id="learning">How it learned</h2>
      <div class="figures">
        ${loss.length === 0 ? nothing : html`<cdl-chart .spec=${curveChart({ title: 'Loss', label: 'loss', points: loss, best: bestEpochs(loss, true) })}></cdl-chart>`}
        ${
          accuracy.length === 0
            ? nothing
            : html`<cdl-chart
                .spec=${curveChart({ title: 'Balanced accuracy', label: 'balanced accuracy', points: accuracy, domain: [0, 1], baseline: 0.5, best: bestEpochs(loss, true) })}
              ></cdl-chart>`
        }
      </div>
      <p class="quiet small">The ring marks the epoch with the smallest validation loss, whose network was kept.</p>
    </section>`;
  }

  private predictions({ rows, classes }: ResultView, { level }: ResultChoice) {
    const labelled = rows.every((row) => row.true_label >= 0);
    const isWrong = (row: ResultView['rows'][number]): boolean => row.true_label !== row.predicted_label;
    const shown = this.onlyWrong && labelled ? rows.filter(isWrong) : rows;
    const several = new Set(rows.map(({ elementId }) => elementId)).size > 1;
    const name = (label: number): string => classes[label] ?? String(label);
    return html`<section class="card stack" aria-labelledby="predictions">
      <div class="row between">
        <h2 id="predictions">Predictions</h2>
        ${
          labelled
            ? html`<label class="row" style="gap: 0.5em">
                <input
                  type="checkbox"
                  .checked=${this.onlyWrong}
                  @change=${(event: Event) => (this.onlyWrong = (event.target as HTMLInputElement).checked)}
                />Mistakes only (${rows.filter(isWrong).length})
              </label>`
            : nothing
        }
      </div>
      <cdl-data-table
        caption="Predictions"
        .columns=${[
          { name: 'Participant' },
          { name: 'Session' },
          ...(several ? [{ name: level, number: true }] : []),
          ...(labelled ? [{ name: 'True' }] : []),
          { name: 'Predicted' },
          ...(labelled ? [{ name: 'Verdict' }] : []),
          ...classes.map((label) => ({ name: `p(${label})`, number: true })),
        ]}
        .rows=${shown.map((row) => [
          row.participant_id,
          row.session_id,
          ...(several ? [String(row.elementId)] : []),
          ...(labelled ? [name(row.true_label)] : []),
          name(row.predicted_label),
          ...(labelled ? [isWrong(row) ? '✗ wrong' : '✓ right'] : []),
          ...row.probabilities.map((probability) => decimal(probability)),
        ])}
      ></cdl-data-table>
    </section>`;
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
