/** @file Cohort: the commands around tables of sessions other than the two splits, one form at a time. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { TsvtoolsAnalysisResult } from '../../jobs/tsvtools-analysis';
import { type CommandName, commandOf } from '../../options/commands';
import type { FormValues } from '../state/form-state';
import { base, controls, layout } from '../styles/shared';
import './command-form';
import './comparison-view';

const tools = [
  'tsvtools get-labels',
  'tsvtools prepare-experiment',
  'tsvtools get-progression',
  'tsvtools get-metadata',
  'tsvtools analysis',
  'tsvtools restrict',
  'tsvtools getlabels',
  'tsvtools adapt',
] as const satisfies readonly CommandName[];
type Tool = (typeof tools)[number];

@customElement('cdl-table-tools')
export class TableTools extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    css`
      .choose {
        max-inline-size: 28rem;
      }
    `,
  ];

  /** In the opened folder. */
  @property({ attribute: false }) tables: readonly string[] = [];
  @state() private tool: Tool = 'tsvtools get-labels';

  protected override render() {
    return html`<section class="card stack" aria-labelledby="tools-title">
      <h2 id="tools-title">Tables</h2>
      <div class="choose">
        <label for="tool">What to do</label>
        <select
          id="tool"
          class="control"
          data-testid="table-tool"
          @change=${(event: Event) => (this.tool = (event.target as HTMLSelectElement).value as Tool)}
        >
          ${tools.map((name) => html`<option value=${name} ?selected=${name === this.tool}>${commandOf(name).summary}</option>`)}
        </select>
      </div>
      ${keyed(this.tool, this.form(this.tool))}
    </section>`;
  }

  private form(tool: Tool): TemplateResult {
    const { tables } = this;
    return html`<cdl-command-form
      .command=${tool}
      run-label="Run"
      .suggested=${this.suggested(tool)}
      .found=${{ data_tsv: tables, merged_tsv: tables, restriction_tsv: tables }}
      .drawResult=${(result: unknown) => this.result(tool, result)}
    ></cdl-command-form>`;
  }

  private suggested(tool: Tool): FormValues {
    const like = (name: RegExp): string | undefined => this.tables.find((path) => name.test(path));
    const merged_tsv = like(/(^|\/)merged[^/]*\.tsv$/);
    const data_tsv = like(/(^|\/)labels\.tsv$/);
    switch (tool) {
      case 'tsvtools get-labels':
      case 'tsvtools getlabels':
      case 'tsvtools restrict':
        return { merged_tsv };
      case 'tsvtools adapt':
        return {};
      case 'tsvtools analysis':
        return { merged_tsv, data_tsv, results_tsv: 'analysis.tsv' };
      case 'tsvtools get-metadata':
        return { merged_tsv, data_tsv };
      default:
        return { data_tsv };
    }
  }

  private result(tool: Tool, result: unknown): TemplateResult {
    const { files } = result as { readonly files: readonly string[] };
    return html`<p>Written: ${files.slice(0, 10).map((path, i) => html`${i > 0 ? ', ' : ''}<code>${path}</code>`)}${files.length > 10 ? ` and ${files.length - 10} more` : ''}.</p>
      ${
        tool === 'tsvtools analysis'
          ? (result as TsvtoolsAnalysisResult).comparisons.map(
              ({ diagnoses, comparison }) => html`<h3>${diagnoses.join(' and ')}</h3>
                <cdl-comparison-view .comparison=${comparison}></cdl-comparison-view>`,
            )
          : nothing
      }`;
  }
}
