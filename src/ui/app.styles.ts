/** @file Styles of the frame. */
import { css } from 'lit';

export const appStyles = css`
  .skip {
    position: absolute;
    inset-block-start: -10rem;
    inset-inline-start: var(--wa-space-m);
    z-index: 30;
    padding: var(--wa-space-xs) var(--wa-space-m);
    border: 0;
    border-radius: var(--wa-border-radius-m);
    background: var(--wa-color-brand-fill-loud);
    color: white;
    font: inherit;
  }
  .skip:focus {
    inset-block-start: var(--wa-space-xs);
  }
  .frame {
    display: grid;
    grid-template-columns: 14.5rem minmax(0, 1fr);
    min-block-size: 100dvh;
  }
  .rail {
    position: sticky;
    inset-block-start: 0;
    block-size: 100dvh;
    display: flex;
    flex-direction: column;
    gap: var(--wa-space-l);
    padding: var(--wa-space-m);
    background: var(--wa-color-surface-default);
    border-inline-end: 1px solid var(--wa-color-surface-border);
    overflow-y: auto;
  }
  .brand {
    display: flex;
    align-items: center;
    gap: var(--wa-space-s);
    padding: var(--wa-space-2xs) var(--wa-space-xs);
    color: var(--wa-color-text-normal);
    text-decoration: none;
    font-weight: 600;
    font-size: 1.0625rem;
    letter-spacing: -0.01em;
  }
  .brand b {
    font-weight: 400;
    color: var(--wa-color-text-quiet);
  }
  .brand img {
    display: block;
  }
  .privacy {
    margin-block-start: auto;
    display: flex;
    gap: 0.5em;
    align-items: center;
    padding: var(--wa-space-xs);
    font-size: var(--wa-font-size-xs);
    color: var(--wa-color-text-quiet);
  }
  .privacy wa-icon {
    font-size: 1.1em;
  }
  .content {
    display: flex;
    flex-direction: column;
    min-width: 0;
  }
  header {
    position: sticky;
    inset-block-start: 0;
    z-index: 10;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--wa-space-m);
    padding: var(--wa-space-xs) var(--wa-space-xl);
    min-block-size: 3.25rem;
    background: color-mix(in srgb, var(--page) 92%, transparent);
    backdrop-filter: blur(6px);
    border-block-end: 1px solid var(--wa-color-surface-border);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
    min-width: 0;
    min-block-size: 2rem;
    color: var(--wa-color-text-normal);
    text-decoration: none;
    font-size: var(--wa-font-size-s);
  }
  .chip.quiet {
    color: var(--wa-color-text-quiet);
  }
  .chip wa-icon {
    flex: none;
    font-size: 1.15rem;
    color: var(--wa-color-text-quiet);
  }
  .chip-name {
    font-weight: 600;
    min-width: 0;
    display: inline-flex;
  }
  .simulated {
    flex: none;
    white-space: nowrap;
    font-size: var(--wa-font-size-xs);
    font-weight: 500;
    padding: 0.05em 0.6em;
    border-radius: var(--wa-border-radius-pill);
    border: 1px solid var(--wa-color-warning-border-quiet);
    background: var(--wa-color-warning-fill-quiet);
    color: var(--wa-color-warning-on-normal);
  }
  .where {
    white-space: nowrap;
  }
  main {
    flex: 1 1 auto;
    inline-size: 100%;
    max-inline-size: 76rem;
    margin-inline: auto;
    padding: var(--wa-space-xl);
  }
  /* It takes the focus after a change of page, so that the keyboard goes on there; it is no control. */
  main:focus-visible {
    outline: none;
  }
  footer {
    max-inline-size: 76rem;
    inline-size: 100%;
    margin-inline: auto;
    padding: var(--wa-space-l) var(--wa-space-xl) var(--wa-space-2xl);
    font-size: var(--wa-font-size-xs);
    color: var(--wa-color-text-quiet);
  }
  footer p {
    max-inline-size: 52rem;
  }
  cdl-job-dock {
    position: sticky;
    inset-block-end: 0;
    z-index: 20;
  }
  @media (max-width: 900px) {
    .frame {
      display: block;
      padding-block-end: 4.5rem;
    }
    .rail {
      position: fixed;
      inset-block: auto 0;
      inset-inline: 0;
      block-size: auto;
      z-index: 20;
      padding: 0 var(--wa-space-2xs) env(safe-area-inset-bottom);
      border-inline-end: 0;
      border-block-start: 1px solid var(--wa-color-surface-border);
      overflow: visible;
    }
    .rail .brand,
    .privacy {
      display: none;
    }
    header {
      padding-inline: var(--wa-space-m);
    }
    main {
      padding: var(--wa-space-l) var(--wa-space-m);
    }
    footer {
      padding-inline: var(--wa-space-m);
    }
    cdl-job-dock {
      inset-block-end: calc(3.4rem + env(safe-area-inset-bottom));
    }
  }
  @media (max-width: 480px) {
    .where {
      display: none;
    }
  }
`;
