/** @file Cohort: the tables of participants, how they are split, and how alike the sets are. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/tab/tab.js';
import '@awesome.me/webawesome/dist/components/tab-group/tab-group.js';
import '@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { Balance } from '../../cohort/balance';
import type { TableView } from '../../jobs/queries';
import type { TsvtoolsKfoldResult } from '../../jobs/tsvtools-kfold';
import type { TsvtoolsSplitResult } from '../../jobs/tsvtools-split';
import type { OutcomeError } from '../../options/outcome';
import '../parts/balance-view';
import '../parts/command-form';
import '../parts/data-table';
import { emptyState, emptyStyles } from '../parts/empty-state';
import '../parts/issue-list';
import '../parts/leak-panel';
import '../parts/table-tools';
import { addressOf } from '../router';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base, controls, layout } from '../styles/shared';

/** The two baseline tables of each folder that a split wrote: training set first. */
export function splitPairs(
  tables: readonly string[],
): readonly { readonly folder: string; readonly train: string; readonly test: string }[] {
  const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');
  return tables
    .filter((path) => /(^|\/)train_baseline\.tsv$/.test(path))
    .flatMap((train) => {
      const folder = folderOf(train);
      const test = tables.find((path) => path !== train && folderOf(path) === folder && path.endsWith('_baseline.tsv'));
      return test === undefined ? [] : [{ folder: folder === '' ? '.' : folder, train, test }];
    });
}

@customElement('cdl-cohort-page')
export class CohortPage extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    emptyStyles,
    css`
      .choose {
        max-inline-size: 28rem;
      }
      wa-tab-panel {
        --padding: var(--wa-space-m) 0 0;
      }
      .text {
        margin-block-end: var(--wa-space-m);
      }
    `,
  ];

  @state() private path = '';
  @state() private table: TableView | undefined;
  @state() private error: OutcomeError | undefined;
  @state() private pair = '';
  @state() private balance: Balance | undefined;
  @state() private balanceError: OutcomeError | undefined;
  @state() private tool: 'split' | 'kfold' = 'split';
  private readonly session = new SessionController(this, { workspace: () => {}, studies: () => void this.look() });

  override connectedCallback(): void {
    super.connectedCallback();
    void Promise.resolve().then(() => this.look());
  }

  private async look(): Promise<void> {
    const { tables } = this.session.value.studies;
    if (!tables.includes(this.path)) this.path = tables.find((path) => /labels\.tsv$/.test(path)) ?? tables[0] ?? '';
    const pairs = splitPairs(tables);
    if (!pairs.some(({ folder }) => folder === this.pair)) this.pair = pairs[0]?.folder ?? '';
    await Promise.all([this.readTable(), this.compare()]);
  }

  private async readTable(): Promise<void> {
    const { path } = this;
    this.table = undefined;
    this.error = undefined;
    if (path === '') return;
    try {
      const table = await this.session.value.query('table', { path, limit: 5000 });
      if (path === this.path) this.table = table;
    } catch (error) {
      if (!isAbort(error) && path === this.path) this.error = errorText(error);
    }
  }

  private async compare(): Promise<void> {
    const { pair } = this;
    const found = splitPairs(this.session.value.studies.tables).find(({ folder }) => folder === pair);
    this.balance = undefined;
    this.balanceError = undefined;
    if (found === undefined) return;
    try {
      const balance = await this.session.value.query('compare', { train: found.train, test: found.test });
      if (pair === this.pair) this.balance = balance;
    } catch (error) {
      if (!isAbort(error) && pair === this.pair) this.balanceError = errorText(error);
    }
  }

  protected override render() {
    const { workspace, studies } = this.session.value;
    return html`<div class="stack" style="gap: var(--wa-space-l)">
      <div class="page-head" style="margin: 0">
        <h1>Cohort</h1>
        <p class="quiet">Who is in the study, and who trains, validates and tests. Each person stays on one side.</p>
      </div>
      ${
        workspace === undefined
          ? emptyState(
              'cohort',
              'No folder is open',
              'Open a folder with a table of your participants, or run the sample study.',
              html`<wa-button variant="brand" href=${addressOf('home')}>Go to Home</wa-button>`,
            )
          : studies.tables.length === 0
            ? emptyState(
                'table',
                'No tables in this folder',
                'A table (.tsv) with the columns participant_id, session_id, diagnosis, age and sex is needed.',
              )
            : html`${this.labels(studies.tables)} ${this.tools(studies.tables)} ${this.sets(studies.tables)}
              <cdl-table-tools .tables=${studies.tables}></cdl-table-tools>`
      }
    </div>`;
  }

  private labels(paths: readonly string[]) {
    const { table } = this;
    return html`<section class="card stack" aria-labelledby="table-title">
      <h2 id="table-title">Table</h2>
      <div class="choose">
        <label for="table">File</label>
        <select
          id="table"
          class="control"
          @change=${(event: Event) => {
            this.path = (event.target as HTMLSelectElement).value;
            void this.readTable();
          }}
        >
          ${paths.map((path) => html`<option value=${path} ?selected=${path === this.path}>${path}</option>`)}
        </select>
      </div>
      <cdl-error .error=${this.error}></cdl-error>
      ${
        table === undefined
          ? nothing
          : html`<cdl-data-table
                caption=${this.path}
                .columns=${table.columns.map((name, i) => ({ name, number: isNumeric(table, i) }))}
                .rows=${table.rows}
              ></cdl-data-table>
              ${table.rowCount > table.rows.length ? html`<p class="quiet small">The first ${table.rows.length} of ${table.rowCount} rows.</p>` : nothing}`
      }
    </section>`;
  }

  private tools(tables: readonly string[]) {
    const suggestions = (preferred: RegExp) => tables.find((path) => preferred.test(path)) ?? tables[0];
    return html`<section class="card" aria-labelledby="tools">
      <h2 id="tools">Split</h2>
      <wa-tab-group
        .active=${this.tool}
        @wa-tab-show=${(event: CustomEvent<{ name: 'split' | 'kfold' }>) => (this.tool = event.detail.name)}
      >
        <wa-tab panel="split" data-testid="tool-split">Keep a group apart</wa-tab>
        <wa-tab panel="kfold" data-testid="tool-kfold">Folds</wa-tab>
        <wa-tab-panel name="split">
          <p class="quiet text">One set for testing (or validation), alike in age and sex; the rest is for training.</p>
          <cdl-command-form
            command="tsvtools split"
            run-label="Split"
            .suggested=${{ data_tsv: suggestions(/labels\.tsv$/), subset_name: 'test', n_test: this.usualTest() }}
            .found=${{ data_tsv: tables }}
            .drawResult=${(result: unknown) => this.splitResult(result as TsvtoolsSplitResult)}
          ></cdl-command-form>
        </wa-tab-panel>
        <wa-tab-panel name="kfold">
          <p class="quiet text">Every participant is in the validation set of exactly one fold.</p>
          <cdl-command-form
            command="tsvtools kfold"
            run-label="Make folds"
            .suggested=${{ data_tsv: suggestions(/(^|\/)split(_\d+)?\/train\.tsv$/) }}
            .found=${{ data_tsv: tables }}
            .drawResult=${(result: unknown) => this.kfoldResult(result as TsvtoolsKfoldResult)}
          ></cdl-command-form>
        </wa-tab-panel>
      </wa-tab-group>
    </section>`;
  }

  /** A quarter of a table that the usual 100 participants would use up. */
  private usualTest(): number | undefined {
    const rows = this.table?.rowCount ?? 0;
    return rows > 0 && rows <= 200 ? Math.max(1, Math.round(rows / 4)) : undefined;
  }

  private splitResult({ folder, tries, seed, balance }: TsvtoolsSplitResult) {
    return html`<p>
        Written to <code>${folder}</code>${tries > 1 ? `, after ${tries} draws` : ''}${seed === null ? '' : `; seed ${seed}`}. Next:
        make folds of <code>${folder}/train.tsv</code>, or <a href=${addressOf('train')}>train</a>.
      </p>
      ${balance.groups.length > 1 ? html`<cdl-balance-view .balance=${balance}></cdl-balance-view>` : nothing}`;
  }

  private kfoldResult({ folder, balance }: TsvtoolsKfoldResult) {
    return html`<p>Written to <code>${folder}</code>: ${balance.length} folds. Next: <a href=${addressOf('train')}>train</a>.</p>`;
  }

  private sets(tables: readonly string[]) {
    const pairs = splitPairs(tables);
    if (pairs.length === 0) return nothing;
    return html`<section class="card stack" aria-labelledby="balance" data-testid="balance">
      <h2 id="balance">How alike the sets are</h2>
      <div class="choose">
        <label for="pair">Split</label>
        <select
          id="pair"
          class="control"
          @change=${(event: Event) => {
            this.pair = (event.target as HTMLSelectElement).value;
            void this.compare();
          }}
        >
          ${pairs.map(({ folder }) => html`<option value=${folder} ?selected=${folder === this.pair}>${folder}</option>`)}
        </select>
      </div>
      <cdl-error .error=${this.balanceError}></cdl-error>
      ${this.balance === undefined ? nothing : html`<cdl-balance-view .balance=${this.balance}></cdl-balance-view>`}
      <cdl-leak-panel .path=${this.pair}></cdl-leak-panel>
    </section>`;
  }
}

function isNumeric({ rows }: TableView, column: number): boolean {
  const cells = rows.slice(0, 50).map((row) => row[column]);
  return cells.some((cell) => cell !== '') && cells.every((cell) => cell === '' || Number.isFinite(Number(cell)));
}
