/** @file A table with a search and pages, for rows of participants, predictions, files. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { base, controls, layout, tables } from '../styles/shared';
import { pageOf, rowsWith } from './table-rows';

export interface TableColumn {
  readonly name: string;
  /** Aligned at its end. */
  readonly number?: boolean;
}

@customElement('cdl-data-table')
export class DataTable extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    tables,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-xs) var(--wa-space-m);
        margin-block-end: var(--wa-space-xs);
      }
      .search {
        position: relative;
        flex: 0 1 18rem;
        min-width: 10rem;
      }
      .search wa-icon {
        position: absolute;
        inset-inline-start: 0.6rem;
        inset-block-start: 50%;
        translate: 0 -50%;
        color: var(--wa-color-text-quiet);
      }
      .search input {
        padding-inline-start: 2.1rem;
        min-block-size: 2.125rem;
        font-size: var(--wa-font-size-s);
      }
      .pages {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        gap: var(--wa-space-2xs);
        margin-block-start: var(--wa-space-xs);
        font-size: var(--wa-font-size-s);
      }
      .none {
        padding: var(--wa-space-l);
        text-align: center;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  /** For screen readers, and above the table. */
  @property() caption = '';
  @property({ attribute: false }) columns: readonly TableColumn[] = [];
  @property({ attribute: false }) rows: readonly (readonly string[])[] = [];
  @property({ type: Number, attribute: 'page-size' }) pageSize = 10;
  @state() private search = '';
  @state() private page = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('rows')) this.page = 0;
  }

  protected override render() {
    const matching = rowsWith(this.rows, this.search);
    const { rows, page, pages, from } = pageOf(matching, this.page, this.pageSize);
    return html`<div class="bar">
        <span class="small quiet" role="status">
          ${matching.length === this.rows.length ? `${this.rows.length} rows` : `${matching.length} of ${this.rows.length} rows`}
        </span>
        ${
          this.rows.length <= this.pageSize
            ? nothing
            : html`<div class="search">
                <wa-icon name="magnifying-glass"></wa-icon>
                <input
                  class="control"
                  type="search"
                  placeholder="Search"
                  aria-label="Search in ${this.caption}"
                  .value=${this.search}
                  @input=${(event: Event) => {
                    this.search = (event.target as HTMLInputElement).value;
                    this.page = 0;
                  }}
                />
              </div>`
        }
      </div>
      <div class="table-box" tabindex="0" role="region" aria-label="${this.caption}, table">
        <table>
          <caption class="visually-hidden">${this.caption}</caption>
          <thead>
            <tr>
              ${this.columns.map(({ name, number }) => html`<th scope="col" class=${number === true ? 'number' : ''}>${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr>
                  ${this.columns.map(({ number }, i) =>
                    i === 0
                      ? html`<th scope="row">${row[i]}</th>`
                      : html`<td class=${number === true ? 'number' : ''}>${row[i]}</td>`,
                  )}
                </tr>`,
            )}
          </tbody>
        </table>
        ${rows.length === 0 ? html`<p class="none">${this.rows.length === 0 ? 'No rows.' : `Nothing contains “${this.search}”.`}</p>` : nothing}
      </div>
      ${
        pages <= 1
          ? nothing
          : html`<div class="pages">
              <span class="quiet number">${from + 1}–${from + rows.length} of ${matching.length}</span>
              <wa-button size="s" appearance="plain" ?disabled=${page === 0} @click=${() => (this.page = page - 1)}>
                <wa-icon name="chevron-left" label="Earlier rows"></wa-icon>
              </wa-button>
              <wa-button size="s" appearance="plain" ?disabled=${page >= pages - 1} @click=${() => (this.page = page + 1)}>
                <wa-icon name="chevron-right" label="Later rows"></wa-icon>
              </wa-button>
            </div>`
      }`;
  }
}
