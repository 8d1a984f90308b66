/** @file The console: any command as a line, with its output; commands that forms and scripts start are shown too. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { parseCommandLine } from '../../options/derive/argv';
import { groupHelp } from '../../options/derive/help';
import type { OutcomeError } from '../../options/outcome';
import '../parts/issue-list';
import '../parts/progress';
import { duration } from '../parts/words';
import { SessionController } from '../state/contexts';
import { History } from '../state/history';
import type { Job } from '../state/job';
import { errorText } from '../state/session';
import { base, controls, layout } from '../styles/shared';
import { consoleStyles } from './console-page.styles';

interface TypedLine {
  readonly line: string;
  readonly at: number;
  readonly text?: string;
  readonly error?: OutcomeError;
}

const storageKey = 'clinicadl-history';

function storedLines(): readonly string[] {
  try {
    const lines: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];
  }
}

@customElement('cdl-console-page')
export class ConsolePage extends LitElement {
  static override styles = [base, layout, controls, consoleStyles];

  /** Lines that ran nothing: help, mistakes. */
  @state() private typed: readonly TypedLine[] = [];
  @state() private since = 0;
  private readonly history = new History(storedLines());
  private readonly session = new SessionController(this, { jobs: () => {}, workspace: () => {} });

  private get input(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  private submit(): void {
    const line = this.input?.value.trim() ?? '';
    if (line === '' || this.input === null) return;
    this.input.value = '';
    this.grow();
    this.history.add(line);
    try {
      localStorage.setItem(storageKey, JSON.stringify(this.history.lines));
    } catch {
      // the history then lasts as long as the page
    }
    if (line === 'clear') {
      this.since = Date.now();
      return;
    }
    this.runLine(line);
  }

  private runLine(line: string): void {
    const entry = { line, at: Date.now() };
    try {
      if (/^(help|\?)$/.test(line)) this.typed = [...this.typed, { ...entry, text: groupHelp('') }];
      else {
        const parsed = parseCommandLine(line);
        if (parsed.kind === 'text') this.typed = [...this.typed, { ...entry, text: parsed.text }];
        else void this.runCommand(entry);
      }
    } catch (error) {
      this.typed = [...this.typed, { ...entry, error: errorText(error) }];
    }
    void this.updateComplete.then(() => this.scrollDown());
  }

  private async runCommand(entry: TypedLine): Promise<void> {
    const before = this.session.value.jobs.length;
    const { error } = await this.session.value.run(entry.line);
    if (error !== undefined && this.session.value.jobs.length === before) this.typed = [...this.typed, { ...entry, error }];
  }

  private scrollDown(): void {
    const output = this.renderRoot.querySelector('.output');
    if (output !== null) output.scrollTop = output.scrollHeight;
  }

  private grow(): void {
    const { input } = this;
    if (input === null) return;
    input.style.blockSize = 'auto';
    input.style.blockSize = `${input.scrollHeight + 2}px`;
  }

  private key(event: KeyboardEvent): void {
    const input = event.target as HTMLTextAreaElement;
    if (event.key === 'Enter' && !event.shiftKey && !/\\\s*$/.test(input.value)) {
      event.preventDefault();
      this.submit();
      return;
    }
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (by === 0) return;
    const part = by < 0 ? input.value.slice(0, input.selectionStart) : input.value.slice(input.selectionEnd);
    if (part.includes('\n')) return; // the arrow moves inside of a line with several rows
    const line = this.history.step(by, input.value);
    if (line === undefined) return;
    event.preventDefault();
    input.value = line;
    input.setSelectionRange(line.length, line.length);
    this.grow();
  }

  protected override updated(): void {
    const output = this.renderRoot.querySelector('.output');
    if (
      output !== null &&
      this.session.value.job !== undefined &&
      output.scrollHeight - output.scrollTop - output.clientHeight < 160
    ) {
      this.scrollDown();
    }
  }

  protected override render() {
    const jobs = this.session.value.jobs.filter((job) => job.startedAt >= this.since);
    const typed = this.typed.filter(({ at }) => at >= this.since);
    const entries = [
      ...jobs.map((job) => ({ at: job.startedAt, view: () => this.jobView(job) })),
      ...typed.map((entry) => ({ at: entry.at, view: () => this.typedView(entry) })),
    ].sort((a, b) => a.at - b.at);
    const { job } = this.session.value;
    return html`<div class="page-head">
        <h1>Console</h1>
        <p class="quiet">
          Paste a <code>clinicadl …</code> line from a tutorial. Paths are relative to the open folder
          ${this.session.value.workspace === undefined ? '(none is open yet)' : html`(<b>${this.session.value.workspace.name}</b>)`}.
        </p>
      </div>
      <div class="terminal">
        <div class="output" role="log" aria-label="Output" tabindex="0" data-testid="console-output">
          ${entries.length === 0 ? this.welcome() : entries.map(({ view }) => view())}
        </div>
        <form
          class="prompt"
          @submit=${(event: Event) => {
            event.preventDefault();
            this.submit();
          }}
        >
          <label class="visually-hidden" for="line">Command line</label>
          <textarea
            id="line"
            class="control"
            rows="1"
            spellcheck="false"
            autocapitalize="off"
            autocomplete="off"
            placeholder="clinicadl …"
            data-testid="console-input"
            @keydown=${this.key}
            @input=${this.grow}
          ></textarea>
          ${
            job === undefined
              ? html`<wa-button type="button" variant="brand" data-testid="console-run" @click=${this.submit}>Run</wa-button>`
              : html`<wa-button type="button" appearance="outlined" data-testid="console-stop" @click=${() => job.stop()}>
                  <wa-icon slot="start" name="stop"></wa-icon>Stop
                </wa-button>`
          }
        </form>
      </div>
      <p class="quiet small keys">
        Enter runs · Shift + Enter adds a line · ↑ ↓ walk through earlier lines · <code>help</code> lists the commands ·
        <code>clinicadl train classification --help</code> lists options · <code>clear</code> empties the output
      </p>`;
  }

  private welcome() {
    const examples = ['clinicadl --help', 'clinicadl tsvtools split --help', 'clinicadl simulate sample --n_subjects 12'];
    return html`<div class="welcome">
      <p class="quiet">Nothing has run yet. Try one of these:</p>
      ${examples.map((line) => html`<button type="button" @click=${() => this.fill(line)}><code>${line}</code></button>`)}
    </div>`;
  }

  private fill(line: string): void {
    if (this.input === null) return;
    this.input.value = line;
    this.grow();
    this.input.focus();
  }

  private typedView({ line, text, error }: TypedLine) {
    return html`<div class="entry">
      <p class="line"><span aria-hidden="true">›</span><code>${line}</code></p>
      ${text === undefined ? nothing : html`<pre>${text}</pre>`}
      <cdl-error .error=${error} .line=${line}></cdl-error>
    </div>`;
  }

  private jobView(job: Job) {
    const { state } = job;
    const end = state.kind === 'running' ? undefined : `${state.kind} after ${duration((state.endedAt - job.startedAt) / 1000)}`;
    const written = state.kind === 'running' ? [] : state.outcome.written;
    return html`<div class="entry" data-testid="console-job" data-status=${state.kind}>
      <p class="line"><span aria-hidden="true">›</span><code>${job.line}</code></p>
      ${job.log.length === 0 ? nothing : html`<pre>${job.log.join('\n')}</pre>`}
      <cdl-issues .issues=${job.issues}></cdl-issues>
      <cdl-progress .job=${job} .version=${performance.now()}></cdl-progress>
      ${state.kind === 'failed' ? html`<cdl-error .error=${state.outcome.error} .line=${job.line}></cdl-error>` : nothing}
      ${end === undefined ? nothing : html`<p class="quiet small">${end}${written.length === 0 ? '' : `, ${written.length} files written`}</p>`}
    </div>`;
  }
}
