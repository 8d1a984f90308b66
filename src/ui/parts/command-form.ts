/** @file The form of any command: its options by section, the line it stands for, the button that runs it, how it ended. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CommandName } from '../../options/commands';
import { type FormRow, type FormSection, formModel } from '../../options/derive/form-model';
import { addressOf } from '../router';
import { SessionController } from '../state/contexts';
import { type FormValues, formLine, formProblems, formValues } from '../state/form-state';
import type { Job } from '../state/job';
import { base, layout } from '../styles/shared';
import './command-line';
import './field';
import type { FieldView } from './field';
import './issue-list';
import './progress';
import { count, duration } from './words';

@customElement('cdl-command-form')
export class CommandForm extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      .sections,
      .fields {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--wa-space-m) var(--wa-space-l);
        align-items: start;
      }
      .sections {
        row-gap: var(--wa-space-l);
      }
      /* A section is as wide as it has options, up to the three columns of the form. */
      @media (min-width: 620px) {
        .sections {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .span-2,
        .span-3 {
          grid-column: span 2;
        }
        .span-2 .fields,
        .span-3 .fields {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }
      @media (min-width: 1180px) {
        .sections {
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
        .span-3 {
          grid-column: span 3;
        }
        .span-3 .fields {
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
      }
      section > h3 {
        margin-block-end: var(--wa-space-s);
        padding-block-end: var(--wa-space-2xs);
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      .end {
        display: flex;
        gap: 0.5em;
        align-items: center;
      }
      .end wa-icon {
        font-size: 1.25rem;
      }
      .done wa-icon {
        color: var(--wa-color-success-on-quiet);
      }
    `,
  ];

  @property() command!: CommandName;
  /** Values that the open study suggests. */
  @property({ attribute: false }) suggested: FormValues = {};
  /** By key: what exists in the open folder. */
  @property({ attribute: false }) found: Readonly<Record<string, readonly string[]>> = {};
  /** Values that follow from others, as the number of folds from the folder; what the person typed comes before them. */
  @property({ attribute: false }) follow: ((values: FormValues) => FormValues) | undefined;
  /** Why the command cannot run yet; '' when it can. */
  @property() blocked = '';
  @property({ attribute: 'run-label' }) runLabel = 'Run';
  /** Draws the result of a finished run below the form. */
  @property({ attribute: false }) drawResult: ((result: unknown, job: Job) => TemplateResult | typeof nothing) | undefined;
  /** Draws above the button that runs; gets the command line. */
  @property({ attribute: false }) drawBefore: ((line: string) => TemplateResult | typeof nothing) | undefined;
  /** Draws beside the button that runs; gets the command line. */
  @property({ attribute: false }) drawBeside: ((line: string) => TemplateResult | typeof nothing) | undefined;
  /** Draws below an option, by its key; gets the command line. */
  @property({ attribute: false }) drawBelow: Readonly<Record<string, (line: string) => TemplateResult>> = {};
  @state() private edited: FormValues = {};
  @state() private submitted = false;
  @state() private job: Job | undefined;
  private readonly session = new SessionController(this, { jobs: () => {}, workspace: () => this.forget() });
  private sections: readonly FormSection[] = [];

  /** What the form holds now. */
  get values(): FormValues {
    const values = formValues(this.command, this.suggested, this.edited);
    if (this.follow === undefined) return values;
    return formValues(this.command, { ...this.suggested, ...this.follow(values) }, this.edited);
  }

  private forget(): void {
    this.edited = {};
    this.submitted = false;
    this.job = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('command')) this.sections = formModel(this.command);
  }

  /** What stood in the way is gone: the button that can be pressed now is the next thing to do. */
  protected override updated(changed: PropertyValues<this>): void {
    const isFreed = changed.has('blocked') && this.blocked === '' && (changed.get('blocked') ?? '') !== '';
    const isHere = this.renderRoot.querySelector(':focus, :focus-within') !== null || document.activeElement === document.body;
    const button = this.renderRoot.querySelector<HTMLElement & { readonly updateComplete: Promise<unknown> }>(
      '[data-testid="run"]',
    );
    if (isFreed && isHere && button !== null) void button.updateComplete.then(() => button.focus()); // it is switched on a moment later
  }

  private change({ detail: { key, value } }: HTMLElementEventMap['cdl-change']): void {
    const rest = Object.fromEntries(Object.entries(this.edited).filter(([name]) => name !== key));
    this.edited = value === undefined ? rest : { ...rest, [key]: value };
  }

  private async run(): Promise<void> {
    if (this.blocked !== '') return;
    this.submitted = true;
    const { values } = this;
    const problems = formProblems(this.command, values, true);
    if (problems.size > 0) {
      await this.updateComplete;
      await this.focusOn([...problems.keys()][0]);
      return;
    }
    const session = this.session.value;
    const running = session.run(formLine(this.command, values));
    this.job = session.job;
    const { status } = await running;
    if (status === 'done') this.submitted = false;
  }

  private async focusOn(where: string): Promise<void> {
    const field = [...this.renderRoot.querySelectorAll<FieldView>('cdl-field')].find(({ row }) => row.where === where);
    const details = field?.closest('wa-details');
    if (details != null) details.open = true;
    await field?.updateComplete;
    field?.focus();
    field?.scrollIntoView({ block: 'center' });
  }

  protected override render() {
    const { values } = this;
    const problems = formProblems(this.command, values, this.submitted);
    const of = (advanced: boolean) =>
      this.sections
        .map((section) => ({
          ...section,
          rows: section.rows.filter((row) => row.advanced === advanced && row.isShown(values)),
        }))
        .filter(({ rows }) => rows.length > 0);
    const [plain, advanced] = [of(false), of(true)];
    const hidden = advanced.flatMap(({ rows }) => rows);
    const told = hidden.filter(({ where }) => problems.has(where)).length;
    const draw = (section: FormSection, heading: boolean) =>
      html`<section class="span-${Math.min(3, section.rows.length)}">
        ${heading ? html`<h3>${section.title}</h3>` : nothing}
        <div class="fields">${section.rows.map((row) => this.field(row, values, problems))}</div>
      </section>`;
    const busy = this.session.value.job !== undefined;
    const rule = problems.get('');
    return html`<form
      class="stack"
      style="gap: var(--wa-space-l)"
      @cdl-change=${this.change}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.run();
      }}
    >
      <div class="sections">${plain.map((section) => draw(section, plain.length > 2))}</div>
      ${
        hidden.length === 0
          ? nothing
          : html`<wa-details appearance="outlined" summary="More options (${hidden.length}${told === 0 ? '' : `, ${told} to correct`})" icon-placement="start">
              <div class="sections">${advanced.map((section) => draw(section, advanced.length > 1))}</div>
            </wa-details>`
      }
      ${rule === undefined ? nothing : html`<p role="alert">${rule}</p>`}
      <cdl-command-line .line=${formLine(this.command, values)}></cdl-command-line>
      ${this.drawBefore === undefined ? nothing : this.drawBefore(formLine(this.command, values))}
      <div class="row">
        <wa-button variant="brand" ?disabled=${busy || this.blocked !== '' || this.session.value.workspace === undefined} data-testid="run" @click=${this.run}>
          <wa-icon slot="start" name="play"></wa-icon>${this.runLabel}
        </wa-button>
        ${this.drawBeside === undefined ? nothing : this.drawBeside(formLine(this.command, values))}
        ${this.session.value.workspace === undefined ? html`<span class="quiet">Open a folder on <a href=${addressOf('home')}>Home</a> first.</span>` : nothing}
        ${this.blocked === '' ? nothing : html`<span class="quiet">${this.blocked}</span>`}
        ${busy && this.job?.running !== true ? html`<span class="quiet">Another command is running.</span>` : nothing}
      </div>
      ${this.end()}
    </form>`;
  }

  private field(row: FormRow, values: FormValues, problems: ReadonlyMap<string, string>) {
    const below = this.drawBelow[row.key];
    const field = html`<cdl-field
      data-key=${row.key}
      .row=${row}
      .value=${values[row.key]}
      .problem=${problems.get(row.where) ?? ''}
      .found=${this.found[row.key] ?? []}
    ></cdl-field>`;
    return below === undefined ? field : html`<div>${field}${below(formLine(this.command, values))}</div>`;
  }

  private end() {
    const { job } = this;
    if (job === undefined) return nothing;
    const { state } = job;
    if (state.kind === 'running') return html`<cdl-progress .job=${job} .version=${performance.now()}></cdl-progress>`;
    const time = duration((state.endedAt - job.startedAt) / 1000);
    return html`<div class="stack" data-testid="outcome" data-status=${state.kind}>
      ${
        state.kind === 'failed'
          ? html`<cdl-error .error=${state.outcome.error} .line=${job.line}></cdl-error>`
          : html`<p class="end ${state.kind}">
              <wa-icon name=${state.kind === 'done' ? 'circle-check' : 'stop'}></wa-icon>
              <span>
                ${state.kind === 'done' ? 'Done' : 'Stopped'} after ${time}${state.outcome.written.length === 0 ? '' : `, ${count(state.outcome.written.length, 'file')} written`}.
              </span>
            </p>`
      }
      <cdl-issues .issues=${job.issues}></cdl-issues>
      ${state.kind === 'done' && this.drawResult !== undefined ? this.drawResult(state.outcome.result, job) : nothing}
    </div>`;
  }
}
