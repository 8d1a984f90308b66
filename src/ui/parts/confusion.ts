/** @file The confusion matrix: counts, and percentages of each true class. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/shared';

@customElement('cdl-confusion')
export class Confusion extends LitElement {
  static override styles = [
    base,
    css`
      h3 {
        display: flex;
        align-items: center;
        min-block-size: 1.875rem;
        margin-block-end: var(--wa-space-xs);
      }
      .scroll {
        overflow-x: auto;
      }
      table {
        border-collapse: separate;
        border-spacing: 4px;
        font-size: var(--wa-font-size-s);
      }
      th {
        font-weight: 500;
        padding: 0.25em 0.5em;
        text-align: center;
        color: var(--wa-color-text-quiet);
      }
      tbody th {
        text-align: end;
        color: var(--wa-color-text-normal);
      }
      thead tr:last-child th {
        color: var(--wa-color-text-normal);
      }
      td {
        min-inline-size: 6rem;
        padding: 0.8rem 0.5rem;
        border-radius: var(--wa-border-radius-m);
        border: 1px solid var(--wa-color-surface-border);
        text-align: center;
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 560px) {
        td {
          min-inline-size: 3.75rem;
          padding: 0.6rem 0.25rem;
        }
      }
      td.right {
        border-color: var(--wa-color-brand-border-loud);
        border-width: 2px;
      }
      .count {
        display: block;
        font-size: 1.25rem;
        font-weight: 600;
        line-height: 1.2;
      }
    `,
  ];

  /** [truth][predicted], counts. */
  @property({ attribute: false }) counts: readonly (readonly number[])[] = [];
  @property({ attribute: false }) classes: readonly string[] = [];

  protected override render() {
    const { classes } = this;
    return html`<h3 id="title">Confusion matrix, n = ${this.counts
      .flat()
      .reduce((a, b) => a + b, 0)
      .toLocaleString('en')}</h3>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="title">
        <table data-testid="confusion">
          <caption class="visually-hidden">Confusion matrix: true classes in rows, predicted classes in columns</caption>
          <thead>
            <tr>
              <td style="border: 0; padding: 0"></td>
              <th colspan=${classes.length} scope="colgroup">predicted</th>
            </tr>
            <tr>
              <th scope="col">true</th>
              ${classes.map((name) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${this.counts.map((row, truth) => this.row(row, truth))}
          </tbody>
        </table>
      </div>`;
  }

  private row(row: readonly number[], truth: number) {
    const all = row.reduce((a, b) => a + b, 0);
    return html`<tr>
      <th scope="row">${this.classes[truth]}</th>
      ${row.map((count, predicted) => {
        const share = all === 0 ? 0 : count / all;
        return html`<td class=${truth === predicted ? 'right' : ''} style="background: rgb(var(--heat) / ${(0.3 * share).toFixed(3)})">
          <span class="count">${count}</span>${all === 0 ? '–' : `${Math.round(100 * share)} %`}
        </td>`;
      })}
    </tr>`;
  }
}
