/** @file A command line to read and copy. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { base } from '../styles/shared';
import { commandText, commandTextStyles } from './command-text';

@customElement('cdl-command-line')
export class CommandLine extends LitElement {
  static override styles = [
    base,
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
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        min-block-size: 2rem;
        margin: 2px;
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

  @property() line = '';
  /** What is copied, for the button's name. */
  @property() what = 'command';
  @state() private copied = false;

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.line);
    } catch {
      const code = this.renderRoot.querySelector('code');
      if (code !== null) getSelection()?.selectAllChildren(code); // refused: leave it selected, to be copied by hand
      return;
    }
    this.copied = true;
    setTimeout(() => {
      this.copied = false;
    }, 2000);
  }

  protected override render() {
    return html`<div class="box">
      <code data-testid="command-line">${commandText(this.line)}</code>
      <button type="button" aria-label="Copy the ${this.what}" @click=${this.copy}>
        <wa-icon name=${this.copied ? 'check' : 'copy'}></wa-icon><span aria-live="polite">${this.copied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>`;
  }
}
