/** @file Styles of one option of a form. */
import { css } from 'lit';

export const fieldStyles = css`
  :host {
    min-width: 0;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 var(--wa-space-xs);
    min-block-size: 1.5rem;
    margin-block-end: 0.2rem;
  }
  fieldset .head {
    margin-block-end: 0;
  }
  wa-switch {
    font-weight: 500;
  }
  .required {
    color: var(--wa-color-danger-on-quiet);
  }
  .flag {
    display: inline-flex;
    align-items: baseline;
    gap: var(--wa-space-xs);
  }
  .flag code {
    font-size: 0.75rem;
    color: var(--wa-color-text-quiet);
  }
  .reset {
    min-block-size: 1.5rem;
    padding: 0 0.3em;
    border: 0;
    background: none;
    color: var(--wa-color-text-link);
    font: inherit;
    font-size: 0.75rem;
    text-decoration: underline;
    text-underline-offset: 0.15em;
    cursor: pointer;
  }
  .box {
    display: flex;
    align-items: center;
    gap: var(--wa-space-xs);
  }
  .narrow {
    max-inline-size: 11rem;
  }
  .unit {
    font-size: var(--wa-font-size-s);
  }
  .help {
    margin-block-start: 0.3rem;
    font-size: var(--wa-font-size-s);
    line-height: 1.45;
    color: var(--wa-color-text-quiet);
  }
  .usual {
    white-space: nowrap;
  }
  .problem {
    display: flex;
    gap: 0.4em;
    margin-block-start: 0.3rem;
    font-size: var(--wa-font-size-s);
    font-weight: 500;
    color: var(--wa-color-danger-on-quiet);
  }
  .problem wa-icon {
    margin-block-start: 0.2em;
  }
  .checks {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--wa-space-m);
  }
  .checks label {
    display: inline-flex;
    align-items: center;
    gap: 0.45em;
    min-block-size: 1.9rem;
    font-weight: 400;
    cursor: pointer;
  }
  .checks .off {
    color: var(--wa-color-text-quiet);
    cursor: default;
  }
  .found {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-2xs);
    margin-block-start: var(--wa-space-2xs);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    max-inline-size: 100%;
    min-block-size: 1.625rem;
    padding: 0 0.65em;
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-pill);
    background: var(--wa-color-surface-lowered);
    color: var(--wa-color-text-normal);
    font: inherit;
    font-size: 0.78rem;
    cursor: pointer;
  }
  .chip:focus-visible {
    border-radius: var(--wa-border-radius-pill);
  }
  .chip:hover {
    border-color: var(--wa-color-brand-border-loud);
  }
  .chip[aria-pressed='true'] {
    border-color: var(--wa-color-brand-border-loud);
    background: var(--wa-color-brand-fill-quiet);
    color: var(--wa-color-brand-on-normal);
  }
  .more {
    border-style: dashed;
  }
`;
