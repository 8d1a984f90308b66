/** @file A chart and the same numbers as a table. The drawing library is fetched when the first chart is shown. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { base, tables } from '../styles/shared';

export type PlotLibrary = typeof import('@observablehq/plot');

export interface ChartKey {
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  readonly dashed?: boolean;
}

export interface ChartSpec {
  readonly title: string;
  /** What is seen, in one sentence: the text alternative. */
  readonly summary: string;
  readonly keys?: readonly ChartKey[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  draw(plot: PlotLibrary, width: number): Element;
}

@customElement('cdl-chart')
export class Chart extends LitElement {
  static override styles = [
    base,
    tables,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-2xs) var(--wa-space-m);
        margin-block-end: var(--wa-space-xs);
      }
      .toggle {
        display: inline-flex;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        overflow: hidden;
      }
      .toggle button {
        min-block-size: 1.75rem;
        padding: 0 0.7em;
        border: 0;
        background: none;
        color: var(--wa-color-text-quiet);
        font: inherit;
        font-size: 0.78rem;
        cursor: pointer;
      }
      .toggle button[aria-pressed='true'] {
        background: var(--wa-color-brand-fill-quiet);
        color: var(--wa-color-brand-on-normal);
      }
      .toggle button:focus-visible {
        outline-offset: -3px;
      }
      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: 0.15rem var(--wa-space-m);
        font-size: 0.78rem;
        color: var(--wa-color-text-quiet);
        margin-block-end: var(--wa-space-2xs);
      }
      .keys li {
        display: inline-flex;
        align-items: center;
        gap: 0.45em;
      }
      .keys svg {
        inline-size: 1.6rem;
        block-size: 0.6rem;
      }
      .drawing {
        min-block-size: 9rem;
        overflow: hidden;
      }
      .drawing svg {
        display: block;
        max-inline-size: 100%;
        block-size: auto;
        font-family: inherit;
      }
      .table-box {
        max-block-size: 22rem;
        overflow-y: auto;
      }
    `,
  ];

  @property({ attribute: false }) spec: ChartSpec | undefined;
  @state() private asTable = false;
  @state() private width = 0;
  private plot: PlotLibrary | undefined;
  private readonly observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0 && Math.abs(width - this.width) > 4) this.width = width;
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.size > 0) void this.draw();
  }

  private async draw(): Promise<void> {
    if (this.spec === undefined || this.asTable || this.width === 0) return;
    this.plot ??= await import('@observablehq/plot');
    const place = this.renderRoot.querySelector('.drawing');
    if (place === null || this.spec === undefined) return;
    const drawing = this.spec.draw(this.plot, this.width);
    drawing.setAttribute('aria-hidden', 'true'); // its frame carries the text
    place.replaceChildren(drawing);
  }

  protected override render() {
    const { spec } = this;
    if (spec === undefined) return nothing;
    const choice = (label: string, table: boolean) =>
      html`<button type="button" aria-pressed=${this.asTable === table} @click=${() => (this.asTable = table)}>${label}</button>`;
    return html`<figure aria-label=${spec.title}>
      <div class="head">
        <h3>${spec.title}</h3>
        <div class="toggle" role="group" aria-label="${spec.title} as">${choice('Chart', false)}${choice('Table', true)}</div>
      </div>
      ${this.asTable ? this.table(spec) : this.chart(spec)}
    </figure>`;
  }

  private chart(spec: ChartSpec) {
    return html`${
      spec.keys === undefined
        ? nothing
        : html`<ul class="keys">
            ${spec.keys.map(
              ({ label, color, dashed }) =>
                html`<li>
                  <svg viewBox="0 0 26 8" aria-hidden="true">
                    <line x1="1" x2="25" y1="4" y2="4" stroke-width="2.5" style="stroke: ${color}" stroke-dasharray=${dashed === true ? '5 4' : 'none'} />
                  </svg>
                  ${label}
                </li>`,
            )}
          </ul>`
    }
      <div class="drawing" role="img" aria-label="${spec.title}. ${spec.summary}"></div>`;
  }

  private table(spec: ChartSpec) {
    return html`<div class="table-box" tabindex="0" role="region" aria-label="${spec.title}, table">
      <table>
        <caption class="visually-hidden">${spec.title}</caption>
        <thead>
          <tr>
            ${spec.columns.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${spec.rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="number">${cell}</td>`))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}
