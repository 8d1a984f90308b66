/** @file Styles that components share inside their shadow roots: type, cards, tables, form controls. */
import { css } from 'lit';

export const base = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
  }
  fieldset {
    border: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1,
  h2,
  h3,
  h4 {
    line-height: 1.25;
    font-weight: var(--wa-font-weight-heading);
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  h1 {
    font-size: var(--wa-font-size-xl);
  }
  h2 {
    font-size: 1.125rem;
  }
  h3 {
    font-size: var(--wa-font-size-m);
  }
  a {
    color: var(--wa-color-text-link);
    text-underline-offset: 0.15em;
  }
  a:focus-visible,
  button:focus-visible,
  summary:focus-visible,
  [tabindex]:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
    border-radius: var(--wa-border-radius-s);
  }
  /* They take the focus after a change of page, so that the keyboard goes on there; they are no controls. */
  :is(h1, h2, h3)[tabindex]:focus-visible {
    outline: none;
  }
  code,
  .code {
    font-family: var(--wa-font-family-code);
    font-size: 0.9em;
  }
  .quiet {
    color: var(--wa-color-text-quiet);
  }
  .small {
    font-size: var(--wa-font-size-s);
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const layout = css`
  .stack {
    display: flex;
    flex-direction: column;
    gap: var(--wa-space-m);
    min-width: 0;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-s);
    min-width: 0;
  }
  .between {
    justify-content: space-between;
  }
  .grid {
    display: grid;
    gap: var(--wa-space-m);
    grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--column, 20rem)), 1fr));
    min-width: 0;
  }
  .grow {
    flex: 1 1 auto;
    min-width: 0;
  }
  .card {
    background: var(--wa-color-surface-default);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    box-shadow: var(--shadow-card);
    padding: var(--wa-space-l);
    min-width: 0;
  }
  @media (max-width: 640px) {
    .card {
      padding: var(--wa-space-m);
    }
  }
  .page-head {
    display: flex;
    flex-direction: column;
    gap: var(--wa-space-2xs);
    max-width: 46rem;
    margin-block-end: var(--wa-space-l);
  }
`;

export const tables = css`
  .table-box {
    overflow-x: auto;
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-m);
    background: var(--wa-color-surface-default);
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: var(--wa-font-size-s);
  }
  caption {
    text-align: start;
    padding: var(--wa-space-xs) var(--wa-space-s);
    color: var(--wa-color-text-quiet);
  }
  th,
  td {
    text-align: start;
    padding: 0.5em 0.85em;
    border-block-end: 1px solid var(--wa-color-surface-border);
    white-space: nowrap;
    vertical-align: top;
  }
  tbody tr:last-child > * {
    border-block-end: 0;
  }
  thead th {
    font-weight: 600;
    color: var(--wa-color-text-quiet);
    background: var(--wa-color-surface-lowered);
  }
  tbody th {
    font-weight: 500;
  }
  td.number,
  th.number {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
`;

export const controls = css`
  label,
  legend,
  .label {
    font-weight: 500;
    font-size: var(--wa-font-size-s);
    line-height: 1.35;
  }
  .control {
    width: 100%;
    min-width: 0;
    min-height: 2.375rem;
    font: inherit;
    font-size: var(--wa-font-size-m);
    color: var(--wa-form-control-value-color);
    background: var(--wa-form-control-background-color);
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--wa-form-control-border-radius);
    padding: 0.4em 0.7em;
  }
  .control::placeholder {
    color: var(--wa-color-text-quiet);
    opacity: 1;
  }
  .control:hover {
    border-color: var(--wa-color-text-quiet);
  }
  .control:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: 0;
    border-color: var(--wa-color-focus);
  }
  .control[aria-invalid='true'] {
    border-color: var(--wa-color-danger-border-loud);
    box-shadow: inset 0 0 0 1px var(--wa-color-danger-border-loud);
  }
  select.control {
    appearance: none;
    padding-inline-end: 2.2em;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%), linear-gradient(135deg, currentColor 50%, transparent 50%);
    background-position:
      calc(100% - 1.15em) calc(50% + 0.05em),
      calc(100% - 0.85em) calc(50% + 0.05em);
    background-size: 0.3em 0.3em;
    background-repeat: no-repeat;
    text-overflow: ellipsis;
  }
  select.control option {
    background: var(--wa-color-surface-default);
    color: var(--wa-color-text-normal);
  }
  input[type='checkbox'],
  input[type='radio'] {
    accent-color: var(--wa-color-brand-fill-loud);
    inline-size: 1.125rem;
    block-size: 1.125rem;
    margin: 0;
    flex: none;
  }
  input[type='checkbox']:focus-visible,
  input[type='radio']:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
  }
`;
