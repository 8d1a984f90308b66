/** @file A text of several lines to read and copy. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { base } from '../styles/shared';

@customElement('cdl-copied-text')
export class CopiedText extends LitElement {
  static override styles = [
    base,
    css`
      .box {
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
        padding: var(--wa-space-s);
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .code {
        max-block-size: 20rem;
        overflow-y: auto;
        font-size: 0.8125rem;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        min-block-size: 2rem;
        margin-block-start: var(--wa-space-2xs);
        padding: 0 0.6em;
        border: 0;
        border-radius: var(--wa-border-radius-s);
        background: none;
        color: var(--wa-color-text-link);
        font: inherit;
        font-size: var(--wa-font-size-s);
        cursor: pointer;
      }
      button:hover {
        background: var(--wa-color-brand-fill-quiet);
      }
    `,
  ];

  @property() text = '';
  /** What is copied, for the button's name. */
  @property() what = 'text';
  @property({ type: Boolean }) code = false;
  @state() private isCopied = false;

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      const shown = this.renderRoot.querySelector('.text');
      if (shown !== null) getSelection()?.selectAllChildren(shown); // refused: leave it selected, to be copied by hand
      return;
    }
    this.isCopied = true;
    setTimeout(() => {
      this.isCopied = false;
    }, 2000);
  }

  protected override render() {
    return html`<div class="box">
      <div class="text ${this.code ? 'code' : ''}" tabindex=${this.code ? 0 : -1}>${this.text}</div>
      <button type="button" @click=${this.copy}>
        <wa-icon name=${this.isCopied ? 'check' : 'copy'}></wa-icon><span aria-live="polite">${this.isCopied ? 'Copied' : `Copy the ${this.what}`}</span>
      </button>
    </div>`;
  }
}
