/** @file A command line to read and copy. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/shared';
import { commandText, commandTextStyles } from './command-text';
import { Copying, copyStyles } from './copying';

@customElement('cdl-command-line')
export class CommandLine extends LitElement {
  static override styles = [
    base,
    copyStyles,
    commandTextStyles,
    css`
      .box {
        display: flex;
        align-items: flex-start;
        gap: var(--wa-space-2xs);
        background: var(--wa-color-surface-lowered);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        padding-inline-start: var(--wa-space-s);
      }
      code {
        flex: 1 1 auto;
        min-width: 0;
        padding-block: 0.55em;
        font-size: 0.8125rem;
        line-height: 1.5;
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      button {
        flex: none;
        margin: 2px;
      }
    `,
  ];

  @property() line = '';
  /** What is copied, for the button's name. */
  @property() what = 'command';
  private readonly copying = new Copying(this);

  protected override render() {
    return html`<div class="box">
      <code data-testid="command-line">${commandText(this.line)}</code>
      <button type="button" aria-label="Copy the ${this.what}" @click=${() => this.copying.copy(this.line, this.renderRoot.querySelector('code'))}>
        <wa-icon name=${this.copying.done ? 'check' : 'copy'}></wa-icon><span aria-live="polite">${this.copying.done ? 'Copied' : 'Copy'}</span>
      </button>
    </div>`;
  }
}
