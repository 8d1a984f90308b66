/** @file "Describe it in a paper": the methods paragraph of a MAPS, its references, and a checklist that nobody ticks but the author. */
import '@awesome.me/webawesome/dist/components/details/details.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { MethodsText } from '../../jobs/methods/describe';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base, controls, layout, tables } from '../styles/shared';
import './command-form';
import './copied-text';
import './issue-list';

@customElement('cdl-methods-panel')
export class MethodsPanel extends LitElement {
  static override styles = [
    base,
    controls,
    layout,
    tables,
    css`
      wa-details > * + * {
        margin-block-start: var(--wa-space-m);
      }
      td,
      th {
        vertical-align: top;
        white-space: normal;
      }
    `,
  ];

  /** A MAPS in the open folder, or a CAPS with `extractions`. */
  @property() path = '';
  /** Names of those that the CAPS describes. */
  @property({ attribute: false }) extractions: readonly string[] = [];
  @state() private chosen = 0;
  @state() private text: MethodsText | undefined;
  @state() private error: OutcomeError | undefined;
  @state() private isOpen = false;
  private readonly session = new SessionController(this, { studies: () => void this.look() });

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('path')) return;
    this.text = undefined;
    this.chosen = 0;
    void this.look();
  }

  private get extraction(): string | null {
    return this.extractions[this.chosen] ?? null;
  }

  private async look(): Promise<void> {
    const { path: study, extraction } = this;
    if (study === '' || !this.isOpen) return;
    this.error = undefined;
    try {
      const text = await this.session.value.query('describe-methods', { study, extract_json: extraction });
      if (study === this.path && extraction === this.extraction) this.text = text;
    } catch (error) {
      if (!isAbort(error) && study === this.path) this.error = errorText(error);
    }
  }

  protected override render() {
    const { path } = this;
    if (path === '') return nothing;
    return html`<wa-details
      appearance="outlined"
      summary="Describe it in a paper"
      icon-placement="start"
      data-testid="methods-panel"
      @wa-show=${(event: Event) => {
        if (event.target !== event.currentTarget) return;
        this.isOpen = true;
        void this.look();
      }}
    >
      ${
        this.extractions.length < 2
          ? nothing
          : html`<label
              >Extraction
              <select
                class="control"
                @change=${(event: Event) => {
                  this.chosen = (event.target as HTMLSelectElement).selectedIndex;
                  void this.look();
                }}
              >
                ${this.extractions.map((name, i) => html`<option ?selected=${i === this.chosen}>${name}</option>`)}
              </select></label
            >`
      }
      <cdl-error .error=${this.error}></cdl-error>
      ${this.text === undefined ? nothing : this.drawn(this.text)}
      <cdl-command-form
        command="describe"
        run-label="Write it as a file"
        .suggested=${{ study: path, output_file: `${path === '.' ? 'study' : path}_methods.md`, ...(this.extraction === null ? {} : { extract_json: this.extraction }) }}
      ></cdl-command-form>
    </wa-details>`;
  }

  private drawn({ paragraph, bibtex, checklist, checklistSource }: MethodsText) {
    return html`<div class="stack">
      <h3>Methods</h3>
      <cdl-copied-text .text=${paragraph} what="paragraph"></cdl-copied-text>
      <h3>References</h3>
      <cdl-copied-text .text=${bibtex} what="references" code></cdl-copied-text>
      <h3>Reporting checklist</h3>
      <p class="quiet small">${checklistSource}</p>
      <div class="table-box">
        <table>
          <thead>
            <tr>
              <th scope="col">To be told</th>
              <th scope="col">Where it stands</th>
            </tr>
          </thead>
          <tbody>
            ${checklist.map(
              ({ item, answeredBy }) =>
                html`<tr>
                  <th scope="row">${item}</th>
                  <td>${answeredBy === null ? html`<span class="quiet">yours to write</span>` : `answered by ${answeredBy}`}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </div>`;
  }
}
