/** @file How the viewer of images looks. */
import { css } from 'lit';

export const viewerStyles = css`
  :host {
    container-type: inline-size;
  }
  .planes {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 2px;
    background: #000;
    border-radius: var(--wa-border-radius-m);
    overflow: hidden;
  }
  .plane {
    position: relative;
    aspect-ratio: 1;
    min-inline-size: 0;
  }
  canvas {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    cursor: crosshair;
    touch-action: pan-y;
  }
  canvas:focus-visible {
    outline: 2px solid #7fd3e6;
    outline-offset: -3px;
  }
  .stamp {
    position: absolute;
    inset-block-end: 0.4rem;
    inset-inline-start: 0.4rem;
    padding: 0.05rem 0.5rem;
    border-radius: 1rem;
    background: #ffe9a8;
    color: #4a3800;
    font-size: 0.75rem;
    font-weight: 600;
    pointer-events: none;
  }
  .choose {
    display: none;
  }
  .line {
    margin-block-start: var(--wa-space-xs);
    min-block-size: 1.5em;
    font-size: var(--wa-font-size-s);
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: var(--wa-space-xs) var(--wa-space-m);
    margin-block-start: var(--wa-space-xs);
    font-size: var(--wa-font-size-s);
  }
  .tools fieldset {
    display: flex;
    align-items: end;
    gap: var(--wa-space-2xs);
  }
  .tools legend {
    float: inline-start;
    margin-inline-end: 0.4em;
    padding-block: 0.25rem;
    color: var(--wa-color-text-quiet);
  }
  .tools input[type='number'] {
    inline-size: 4.6rem;
    min-block-size: 2rem;
    padding: 0 0.35rem;
    font: inherit;
    color: inherit;
    background: var(--wa-form-control-background-color);
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--wa-border-radius-s);
  }
  .tools input[type='range'] {
    inline-size: 8rem;
    accent-color: var(--wa-color-brand-fill-loud);
  }
  .tools label {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
  }
  .bar {
    display: grid;
    grid-template-columns: auto 6rem auto;
    align-items: center;
    gap: 0.4em;
    font-variant-numeric: tabular-nums;
  }
  .bar span.ramp {
    block-size: 0.8rem;
    border: 1px solid var(--wa-color-surface-border);
    background: linear-gradient(to right, #000, #fff);
  }
  .bar span.ramp.signed {
    background: linear-gradient(to right, #1e32ff, #1e3240 48%, #eb3228 52%, #eb3228);
  }
  @container (max-width: 34rem) {
    .planes {
      grid-template-columns: minmax(0, 1fr);
    }
    .plane:not(.active) {
      display: none;
    }
    .choose {
      display: flex;
      gap: var(--wa-space-2xs);
      margin-block-end: var(--wa-space-2xs);
    }
    .choose button {
      flex: 1;
      min-block-size: 2.25rem;
      font: inherit;
      font-size: var(--wa-font-size-s);
      color: inherit;
      background: none;
      border: 1px solid var(--wa-color-surface-border);
      border-radius: var(--wa-border-radius-s);
    }
    .choose button[aria-pressed='true'] {
      background: var(--wa-color-brand-fill-quiet);
      color: var(--wa-color-brand-on-quiet);
      border-color: var(--wa-color-brand-border-loud);
    }
  }
`;
