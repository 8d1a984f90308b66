/** @file A text of several lines to read and copy. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/shared';
import { Copying, copyStyles } from './copying';

@customElement('cdl-copied-text')
export class CopiedText extends LitElement {
  static override styles = [
    base,
    copyStyles,
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
        margin-block-start: var(--wa-space-2xs);
      }
    `,
  ];

  @property() text = '';
  /** What is copied, for the button's name. */
  @property() what = 'text';
  @property({ type: Boolean }) code = false;
  private readonly copying = new Copying(this);

  protected override render() {
    return html`<div class="box">
      <div class="text ${this.code ? 'code' : ''}" tabindex=${this.code ? 0 : -1}>${this.text}</div>
      <button type="button" @click=${() => this.copying.copy(this.text, this.renderRoot.querySelector('.text'))}>
        <wa-icon name=${this.copying.done ? 'check' : 'copy'}></wa-icon><span aria-live="polite">${this.copying.done ? 'Copied' : `Copy the ${this.what}`}</span>
      </button>
    </div>`;
  }
}
