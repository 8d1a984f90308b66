/** @file What a page says when it has nothing to show: why, and what to do. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, type TemplateResult } from 'lit';

export function emptyState(icon: string, title: string, text: string, action?: TemplateResult): TemplateResult {
  return html`<div class="card empty-state" data-testid="empty">
    <wa-icon name=${icon}></wa-icon>
    <h2>${title}</h2>
    <p class="quiet">${text}</p>
    ${action ?? ''}
  </div>`;
}

export const emptyStyles = css`
  .empty-state {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: var(--wa-space-xs);
    padding-block: var(--wa-space-3xl);
    text-align: center;
  }
  .empty-state > wa-icon {
    font-size: 2.25rem;
    color: var(--wa-color-text-quiet);
    margin-block-end: var(--wa-space-xs);
  }
  .empty-state p {
    max-inline-size: 34rem;
  }
  .empty-state wa-button {
    margin-block-start: var(--wa-space-s);
  }
`;
