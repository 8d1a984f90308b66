/** @file Errors and collected problems: what happened, where, what to do. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Issue } from '../../base/issues';
import { ensurePermission } from '../../folders/picked-folder';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { type IssueGroup, likeIssues } from '../state/like-issues';
import { hideWhenEmpty } from '../styles/empty';
import { base } from '../styles/shared';
import './command-line';
import { commandTextStyles, sentenceText } from './command-text';
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
  static override styles = [base, notes, pathStyles, commandTextStyles];

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
        <p class="message">${isBug ? 'Something went wrong that is not your mistake.' : sentenceText(error.message)}</p>
        ${error.where === '' ? nothing : html`<p class="where">${pathText(error.where)}</p>`}
        <p>${sentenceText(error.hint)}</p>
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

/** Groups of problems that are shown before the person asks for more. */
const FIRST = 5;
/** Rows of one group that are drawn at most. */
const MOST_ROWS = 500;

/** Problems that did not stop the work: like ones as one box with their number, the first few boxes, then all. */
@customElement('cdl-issues')
export class IssueList extends LitElement {
  static override styles = [
    base,
    notes,
    pathStyles,
    commandTextStyles,
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
      summary {
        min-block-size: 1.75rem;
        color: var(--wa-color-text-link);
        cursor: pointer;
      }
      details ol {
        max-block-size: 16rem;
        overflow-y: auto;
        padding-inline-start: var(--wa-space-s);
        font-size: var(--wa-font-size-s);
      }
      details li {
        padding-block: 0.2rem;
      }
    `,
  ];

  @property({ attribute: false }) issues: readonly Issue[] = [];
  @state() private all = false;

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    const groups = likeIssues(this.issues);
    const shown = this.all ? groups : groups.slice(0, FIRST);
    if (shown.length === 0) return nothing;
    return html`<ul data-testid="issues">
        ${shown.map((group) => this.group(group))}
      </ul>
      ${
        shown.length < groups.length
          ? html`<button type="button" @click=${() => (this.all = true)}>Show all ${groups.length}</button>`
          : nothing
      }`;
  }

  private group({ severity, code, message, hint, issues }: IssueGroup) {
    const isError = severity === 'error';
    return html`<li class="note ${severity}" data-code=${code} data-count=${issues.length}>
      <wa-icon name=${isError ? 'circle-xmark' : 'warning'} label=${isError ? 'Error' : 'Warning'}></wa-icon>
      <div>
        <p class="message">${issues.length === 1 ? nothing : html`<b>${issues.length}×</b> `}${sentenceText(message)}</p>
        ${issues.length === 1 ? this.where(issues[0]) : nothing}
        <p>${sentenceText(hint)}</p>
        ${issues.length === 1 ? nothing : this.each(issues, hint)}
      </div>
    </li>`;
  }

  private each(issues: readonly Issue[], shared: string) {
    const left = issues.length - MOST_ROWS;
    return html`<details>
      <summary>Each of the ${issues.length.toLocaleString('en')}</summary>
      <ol tabindex="0" aria-label="Each problem">
        ${issues.slice(0, MOST_ROWS).map((issue) => html`<li>${sentenceText(issue.message)} ${issue.hint === shared ? nothing : sentenceText(issue.hint)}${this.where(issue)}</li>`)}
        ${left > 0 ? html`<li>… and ${left.toLocaleString('en')} more</li>` : nothing}
      </ol>
    </details>`;
  }

  private where({ where }: Issue) {
    return where === undefined ? nothing : html`<p class="where">${pathText(where)}</p>`;
  }
}
