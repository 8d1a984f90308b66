/** @file The leakage detective beside a MAPS or the tables of a split: what leaks, what does not, what cannot be judged. */
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { Evidence, LeakAnswer, LeakFinding } from '../../jobs/leaks/finding';
import type { LeakReport } from '../../jobs/leaks/look-for-leaks';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base, layout, tables } from '../styles/shared';
import './command-form';
import './issue-list';
import { count } from './words';

const answers: Readonly<Record<LeakAnswer, { readonly text: string; readonly icon: string }>> = {
  leak: { text: 'Leak', icon: 'warning' },
  none: { text: 'None found', icon: 'circle-check' },
  unknown: { text: 'Cannot be judged', icon: 'circle-question' },
};

/** People and sessions shown of a longer list. */
const shown = 20;

@customElement('cdl-leak-panel')
export class LeakPanel extends LitElement {
  static override styles = [
    base,
    layout,
    tables,
    css`
      wa-details > * + * {
        margin-block-start: var(--wa-space-m);
      }
      .answer {
        display: inline-flex;
        gap: 0.4em;
        align-items: center;
        white-space: nowrap;
        font-weight: 500;
      }
      .leak {
        color: var(--wa-color-danger-on-quiet);
      }
      .none {
        color: var(--wa-color-success-on-quiet);
      }
      .unknown {
        color: var(--wa-color-warning-on-quiet);
      }
      td,
      th {
        vertical-align: top;
        overflow-wrap: anywhere;
        white-space: normal;
      }
      td p + p {
        margin-block-start: var(--wa-space-2xs);
      }
      /* One below the other where there is no room for columns. */
      @media (max-width: 719px) {
        .findings thead {
          position: absolute;
          clip-path: inset(50%);
        }
        .findings,
        .findings tbody,
        .findings tr,
        .findings td,
        .findings th {
          display: block;
        }
        .findings :is(td, th) {
          border: 0;
          padding-block: var(--wa-space-3xs);
        }
        .findings th {
          font-weight: 600;
        }
        .findings tr {
          padding-block: var(--wa-space-2xs);
        }
        .findings tr + tr {
          border-block-start: 1px solid var(--wa-color-surface-border);
        }
      }
    `,
  ];

  /** A MAPS, or a folder with tables, in the open folder. */
  @property() path = '';
  @state() private report: LeakReport | undefined;
  @state() private error: OutcomeError | undefined;
  @state() private isOpen = false;
  private readonly session = new SessionController(this, { studies: () => void this.look() });

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('path')) return;
    this.report = undefined;
    void this.look();
  }

  /** Tables are read when somebody wants to see it, and images when the form asks. */
  private async look(): Promise<void> {
    const { path: study } = this;
    if (study === '' || !this.isOpen) return;
    this.error = undefined;
    const nothingMore = { caps_directory: null, participants_tsv: null, label: null, site_column: null };
    try {
      const report = await this.session.value.query('look-for-leaks', { study, compare_images: false, ...nothingMore });
      if (study === this.path) this.report = report;
    } catch (error) {
      if (!isAbort(error) && study === this.path) this.error = errorText(error);
    }
  }

  private toggle(isOpen: boolean): void {
    this.isOpen = isOpen;
    if (isOpen && this.report === undefined) void this.look();
  }

  protected override render() {
    const { report, path } = this;
    if (path === '') return nothing;
    return html`<wa-details
      appearance="outlined"
      summary="Does anything leak?"
      icon-placement="start"
      data-testid="leak-panel"
      @wa-show=${(event: Event) => event.target === event.currentTarget && this.toggle(true)}
      @wa-hide=${(event: Event) => event.target === event.currentTarget && this.toggle(false)}
    >
      <p class="quiet small">
        Every way in which a result can know the people that it is tested on, from the files alone. What no file tells is never called sound.
      </p>
      <cdl-error .error=${this.error}></cdl-error>
      ${report === undefined ? (this.error === undefined ? html`<p class="row quiet"><wa-spinner></wa-spinner>Reading…</p>` : nothing) : this.drawn(report)}
      <cdl-command-form
        command="leak-check"
        run-label="Compare the images, too"
        .suggested=${{ study: path }}
        .found=${{ caps_directory: this.session.value.studies.caps, participants_tsv: this.session.value.studies.tables }}
        .drawResult=${(result: unknown) => this.drawn(result as LeakReport)}
      ></cdl-command-form>
    </wa-details>`;
  }

  private drawn({ findings, scenarios }: LeakReport) {
    return html`<div class="table-box">
        <table class="findings">
          <thead>
            <tr>
              <th scope="col">What may leak</th>
              <th scope="col">Answer</th>
              <th scope="col">Evidence</th>
            </tr>
          </thead>
          <tbody>
            ${findings.map((finding) => this.row(finding))}
          </tbody>
        </table>
      </div>
      <div class="table-box">
        <table class="findings">
          <thead>
            <tr>
              <th scope="col">Way to leak</th>
              <th scope="col">What lies on the disk</th>
              <th scope="col">How it is played</th>
              <th scope="col">Here, and the evidence</th>
            </tr>
          </thead>
          <tbody>
            ${scenarios.map(
              ({ name, onDisk, played, answer, evidence }) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td>${onDisk}</td>
                  <td>${played}</td>
                  <td>${answerView(answer)}${evidence.slice(0, 2).map((sentence) => html`<p class="small quiet">${sentence}</p>`)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  private row({ title, answer, evidence }: LeakFinding) {
    return html`<tr>
      <th scope="row">${title}</th>
      <td>${answerView(answer)}</td>
      <td>${evidence.map((one) => evidenceView(one))}</td>
    </tr>`;
  }
}

function answerView(answer: LeakAnswer) {
  const { text, icon } = answers[answer];
  return html`<span class="answer ${answer}"><wa-icon name=${icon}></wa-icon>${text}</span>`;
}

const listText = (names: readonly string[]): string =>
  names.slice(0, shown).join(', ') + (names.length > shown ? ` and ${names.length - shown} more` : '');

function evidenceView({ sentence, people = [], sessions = [], files = [] }: Evidence) {
  return html`<p>${sentence}</p>
    ${people.length === 0 ? nothing : html`<p class="small">${count(people.length, 'participant')}: ${listText(people)}</p>`}
    ${sessions.length === 0 ? nothing : html`<p class="small">${count(sessions.length, 'session')}: ${listText(sessions)}</p>`}
    ${files.length === 0 ? nothing : html`<p class="small quiet">In ${listText(files)}</p>`}`;
}
