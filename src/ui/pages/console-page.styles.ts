/** @file Styles of the console. */
import { css } from 'lit';

export const consoleStyles = css`
  .terminal {
    display: flex;
    flex-direction: column;
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-default);
    box-shadow: var(--shadow-card);
    overflow: hidden;
  }
  .output {
    block-size: clamp(16rem, 58dvh, 44rem);
    overflow-y: auto;
    padding: var(--wa-space-m) var(--wa-space-l);
    display: flex;
    flex-direction: column;
    gap: var(--wa-space-m);
  }
  .output:focus-visible {
    outline-offset: -3px;
  }
  .entry {
    display: flex;
    flex-direction: column;
    gap: var(--wa-space-2xs);
    min-width: 0;
  }
  .line {
    display: flex;
    gap: 0.6em;
    color: var(--wa-color-text-link);
    font-weight: 500;
  }
  .line code {
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    min-width: 0;
  }
  pre {
    margin: 0;
    font-family: var(--wa-font-family-code);
    font-size: 0.8125rem;
    line-height: 1.5;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  /* Help is laid out in columns. */
  pre.help {
    white-space: pre;
    overflow-x: auto;
  }
  .prompt {
    display: flex;
    align-items: flex-end;
    gap: var(--wa-space-xs);
    padding: var(--wa-space-s);
    border-block-start: 1px solid var(--wa-color-surface-border);
    background: var(--wa-color-surface-lowered);
  }
  textarea {
    flex: 1 1 auto;
    resize: none;
    max-block-size: 12rem;
    font-family: var(--wa-font-family-code);
    font-size: 0.875rem;
    line-height: 1.5;
  }
  .keys {
    margin-block-start: var(--wa-space-s);
  }
  .welcome {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: var(--wa-space-xs);
  }
  .welcome button {
    min-block-size: 2rem;
    padding: 0.2rem 0.7rem;
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-m);
    background: none;
    color: var(--wa-color-text-link);
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .welcome button:hover {
    border-color: var(--wa-color-brand-border-loud);
  }
  @media (max-width: 640px) {
    .output {
      padding: var(--wa-space-s) var(--wa-space-m);
    }
  }
`;
