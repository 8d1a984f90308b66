/** @file Numbers to see at a glance. */
import { css, html, nothing, type TemplateResult } from 'lit';

export interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

export function tiles(all: readonly Tile[]): TemplateResult {
  return html`<dl class="tiles">
    ${all.map(
      ({ label, value, note }) =>
        html`<div class="tile">
          <dt>${label}</dt>
          <dd class="value">${value}</dd>
          ${note === undefined || note === '' ? nothing : html`<dd class="note">${note}</dd>`}
        </div>`,
    )}
  </dl>`;
}

export const tileStyles = css`
  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr));
    gap: var(--wa-space-s);
  }
  .tile {
    padding: var(--wa-space-s) var(--wa-space-m);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-m);
    min-width: 0;
  }
  .tile dt {
    font-size: var(--wa-font-size-s);
    color: var(--wa-color-text-quiet);
  }
  .tile .value {
    font-size: 1.375rem;
    font-weight: 600;
    line-height: 1.3;
    letter-spacing: -0.01em;
    font-variant-numeric: tabular-nums;
  }
  .tile .note {
    font-size: 0.78rem;
    color: var(--wa-color-text-quiet);
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  @media (max-width: 480px) {
    .tiles {
      grid-template-columns: 1fr 1fr;
    }
  }
`;
