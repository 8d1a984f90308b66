/** @file Errors and collected problems: what happened, where, what to do. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Issue } from '../../base/issues';
import { ensurePermission } from '../../folders/picked-folder';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { hideWhenEmpty } from '../styles/empty';
import { base } from '../styles/shared';
import './command-line';
import { pathStyles, pathText } from './path-text';

const notes = css`
  .note {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 var(--wa-space-s);
    padding: var(--wa-space-s) var(--wa-space-m);
    border: 1px solid;
    border-inline-start-width: 4px;
    border-radius: var(--wa-border-radius-m);
    overflow-wrap: anywhere;
  }
  .note wa-icon {
    font-size: 1.25rem;
    margin-block-start: 0.12em;
  }
  .note.error {
    border-color: var(--wa-color-danger-border-quiet);
    border-inline-start-color: var(--wa-color-danger-border-loud);
    background: var(--wa-color-danger-fill-quiet);
  }
  .note.error wa-icon {
    color: var(--wa-color-danger-on-quiet);
  }
  .note.warning {
    border-color: var(--wa-color-warning-border-quiet);
    border-inline-start-color: var(--wa-color-warning-border-loud);
    background: var(--wa-color-warning-fill-quiet);
  }
  .note.warning wa-icon {
    color: var(--wa-color-warning-on-quiet);
  }
  .message {
    font-weight: 500;
  }
  .where {
    font-size: var(--wa-font-size-s);
    font-family: var(--wa-font-family-code);
    min-width: 0;
  }
`;

/** A failure. A bug of ours is said to be one, with the report to copy. */
@customElement('cdl-error')
export class ErrorView extends LitElement {
  static override styles = [base, notes, pathStyles];

  @property({ attribute: false }) error: OutcomeError | undefined;
  /** The command that failed, for the report of a bug. */
  @property() line = '';
  @state() private allowed = false;
  private readonly session = new SessionController(this, { workspace: () => {} });

  private async allow(): Promise<void> {
    const source = this.session.value.workspace?.source;
    if (source?.kind !== 'handle') return;
    this.allowed = (await ensurePermission(source.handle, 'readwrite', true)) === 'granted';
  }

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    const { error } = this;
    if (error === undefined) return nothing;
    const isBug = error.code === 'bug';
    return html`<div class="note error" role="alert" data-testid="error" data-code=${error.code}>
      <wa-icon name="circle-xmark" label="Error"></wa-icon>
      <div>
        <p class="message">${isBug ? 'Something went wrong that is not your mistake.' : error.message}</p>
        ${error.where === '' ? nothing : html`<p class="where">${pathText(error.where)}</p>`}
        <p>${error.hint}</p>
        ${isBug ? html`<cdl-command-line what="report" .line=${this.report(error)}></cdl-command-line>` : nothing}
        ${error.code === 'permission-withdrawn' ? this.permission() : nothing}
      </div>
    </div>`;
  }

  private permission() {
    if (this.allowed) return html`<p>Access is allowed again: run the command once more, or go on with the training.</p>`;
    return html`<wa-button size="s" appearance="outlined" @click=${this.allow}>Allow access again</wa-button>`;
  }

  private report(error: OutcomeError): string {
    const command = this.line === '' ? [] : [`Command: ${this.line}`];
    return [error.message, ...command, `Browser: ${navigator.userAgent}`].join('\n');
  }
}

/** Problems that did not stop the work; the first few, then all. */
@customElement('cdl-issues')
export class IssueList extends LitElement {
  static override styles = [
    base,
    notes,
    pathStyles,
    css`
      ul {
        display: flex;
        flex-direction: column;
        gap: var(--wa-space-xs);
      }
      button {
        margin-block-start: var(--wa-space-xs);
        min-block-size: 2rem;
        padding: 0;
        border: 0;
        background: none;
        color: var(--wa-color-text-link);
        font: inherit;
        text-decoration: underline;
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) issues: readonly Issue[] = [];
  @state() private all = false;

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    const shown = this.all ? this.issues : this.issues.slice(0, 5);
    if (shown.length === 0) return nothing;
    return html`<ul data-testid="issues">
        ${shown.map(
          (issue) =>
            html`<li class="note ${issue.severity}" data-code=${issue.code}>
              <wa-icon
                name=${issue.severity === 'error' ? 'circle-xmark' : 'warning'}
                label=${issue.severity === 'error' ? 'Error' : 'Warning'}
              ></wa-icon>
              <div>
                <p class="message">${issue.message}</p>
                ${issue.where === undefined ? nothing : html`<p class="where">${pathText(issue.where)}</p>`}
                <p>${issue.hint}</p>
              </div>
            </li>`,
        )}
      </ul>
      ${
        shown.length < this.issues.length
          ? html`<button type="button" @click=${() => (this.all = true)}>Show all ${this.issues.length}</button>`
          : nothing
      }`;
  }
}
