/** @file A path or name that is cut in the middle when there is no room: its end, which tells it from others, stays visible. */
import { css, html, type TemplateResult } from 'lit';

const TAIL = 18;

/** The whole text is the tooltip; screen readers and copying get it whole too. */
export function pathText(path: string): TemplateResult {
  const at = Math.max(0, path.length - TAIL);
  return html`<span class="path" title=${path}><span class="path-head">${path.slice(0, at)}</span><span class="path-tail">${path.slice(at)}</span></span>`;
}

export const pathStyles = css`
  .path {
    display: inline-flex;
    max-width: 100%;
    min-width: 0;
    white-space: pre;
    vertical-align: bottom;
  }
  .path-head,
  .path-tail {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .path-head {
    flex: 0 1 auto;
  }
  .path-tail {
    flex: 0 0 auto;
    max-width: 100%;
  }
`;
