/** @file The console: any command as a line, with its output; commands that forms and scripts start are shown too. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { appError } from '../../base/errors';
import { isRunning } from '../../options/maps-method-names';
import type { CommandOutcome } from '../../options/outcome';
import type { PythonNames } from '../../options/pasted/python-maps';
import { commandText, commandTextStyles } from '../parts/command-text';
import '../parts/issue-list';
import '../parts/progress';
import { count, duration } from '../parts/words';
import { runCell, type Told } from '../state/console-run';
import { SessionController } from '../state/contexts';
import { History } from '../state/history';
import type { Job } from '../state/job';
import { callMaps } from '../state/maps-manager';
import { errorText } from '../state/session';
import { base, controls, layout } from '../styles/shared';
import { consoleStyles } from './console-page.styles';

/** A line that ran nothing, in its place among the jobs. */
interface ToldEntry extends Told {
  /** Number of the last job before it; 0 before the first. */
  readonly after: number;
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
  static override styles = [base, layout, controls, commandTextStyles, consoleStyles];

  /** Lines that ran nothing: help, answers, mistakes. */
  @state() private told: readonly ToldEntry[] = [];
  /** Jobs up to this number were cleared away. */
  @state() private cleared = 0;
  /** Where paths begin, inside of the open folder; '' is the open folder. */
  @state() private folder = '';
  /** The cell whose lines run now. */
  private running: string | undefined;
  /** What names of Python mean in the cells so far. */
  private names: PythonNames = new Map();
  private readonly history = new History(storedLines());
  private readonly session = new SessionController(this, {
    jobs: () => {},
    workspace: () => {
      this.folder = '';
      this.names = new Map();
    },
  });

  private get input(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  private get lastJob(): number {
    return this.session.value.jobs.at(-1)?.number ?? 0;
  }

  private submit(): void {
    const text = this.input?.value.trim() ?? '';
    if (text === '' || this.input === null) return;
    if (this.running !== undefined) {
      this.tell({ line: text, error: errorText(appError('job-running', { line: this.running })) });
      return;
    }
    this.input.value = '';
    this.grow();
    this.history.add(text);
    try {
      localStorage.setItem(storageKey, JSON.stringify(this.history.lines));
    } catch {
      // the history then lasts as long as the page
    }
    if (text === 'clear') {
      this.cleared = this.lastJob;
      this.told = [];
      return;
    }
    void this.runText(text);
  }

  private async runText(text: string): Promise<void> {
    const session = this.session.value;
    this.running = text;
    const { workspace } = session;
    const folder = await runCell(text, this.folder, {
      workspace: workspace?.name ?? '',
      tell: (told) => this.tell(told),
      isFolder: async (path) => (await workspace?.folder.kindOf(path)) === 'folder',
      names: this.names,
      run: (line, place) => this.toldOf(line, session.run(line, place === undefined ? {} : { folder: place })),
      maps: async ({ path, method, arguments: values }, line) => {
        const answer = callMaps(session, path, method, async () => values);
        return isRunning(method) ? this.toldOf(line, answer as Promise<CommandOutcome>) : answer;
      },
    });
    if (workspace === session.workspace) this.folder = folder;
    this.running = undefined;
    await this.showOutcome();
  }

  /** The outcome; an error of a command that did not even begin is told, since no job shows it. */
  private async toldOf(line: string, running: Promise<CommandOutcome>): Promise<CommandOutcome> {
    const before = this.lastJob;
    const outcome = await running;
    if (outcome.error !== undefined && this.lastJob === before) this.tell({ line, error: outcome.error });
    return outcome;
  }

  private tell(told: Told): void {
    this.told = [...this.told, { ...told, after: this.lastJob }];
    void this.showOutcome();
  }

  /** The last entry: its end, or its beginning when it is longer than the view and was not a command that ran (help). */
  private async showOutcome(): Promise<void> {
    await this.updateComplete;
    const output = this.renderRoot.querySelector('.output');
    const last = [...this.renderRoot.querySelectorAll<HTMLElement>('.entry')].at(-1);
    if (output === null || last === undefined) return;
    const isText = last.dataset.testid !== 'console-job';
    const top = last.offsetTop - (output as HTMLElement).offsetTop;
    output.scrollTop = isText && last.offsetHeight > output.clientHeight ? top : output.scrollHeight;
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
      output.scrollTop = output.scrollHeight;
    }
  }

  protected override render() {
    const jobs = this.session.value.jobs.filter(({ number }) => number > this.cleared);
    const entries = [
      ...jobs.map((job) => ({ after: job.number, view: () => this.jobView(job) })),
      ...this.told.map((entry) => ({ after: entry.after + 0.5, view: () => this.toldView(entry) })),
    ].sort((a, b) => a.after - b.after);
    const { job, workspace } = this.session.value;
    const place = workspace === undefined ? nothing : html` <b>${[workspace.name, this.folder].filter(Boolean).join('/')}</b>`;
    return html`<div class="page-head">
        <h1>Console</h1>
        <p class="quiet">
          Paste <code>clinicadl …</code> lines from a tutorial, or a whole notebook cell. Paths begin in the open folder${place}.${workspace === undefined ? ' None is open yet.' : nothing}
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
          <wa-button
            type="button"
            variant=${job === undefined ? 'brand' : 'neutral'}
            appearance=${job === undefined ? 'accent' : 'outlined'}
            data-testid=${job === undefined ? 'console-run' : 'console-stop'}
            @click=${() => (job === undefined ? this.submit() : job.stop())}
          >
            ${job === undefined ? 'Run' : html`<wa-icon slot="start" name="stop"></wa-icon>Stop`}
          </wa-button>
        </form>
      </div>
      <p class="quiet small keys">
        Enter runs all lines · Shift + Enter adds one · ↑ ↓ walk through earlier lines · <code>help</code> lists the commands ·
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

  private toldView({ line, text, error }: ToldEntry) {
    return html`<div class="entry" data-testid="console-told">
      ${line === '' ? nothing : html`<p class="line"><span aria-hidden="true">›</span><code>${commandText(line)}</code></p>`}
      ${text === undefined ? nothing : text.includes('\n') ? html`<pre class="help" tabindex="0" role="region" aria-label="Help">${text}</pre>` : html`<pre>${text}</pre>`}
      <cdl-error .error=${error} .line=${line}></cdl-error>
    </div>`;
  }

  private jobView(job: Job) {
    const { state } = job;
    const end = state.kind === 'running' ? undefined : `${state.kind} after ${duration((state.endedAt - job.startedAt) / 1000)}`;
    const written = state.kind === 'running' ? [] : state.outcome.written;
    return html`<div class="entry" data-testid="console-job" data-status=${state.kind}>
      <p class="line"><span aria-hidden="true">›</span><code>${commandText(job.line)}</code></p>
      ${job.log.length === 0 ? nothing : html`<pre>${job.log.join('\n')}</pre>`}
      <cdl-issues .issues=${job.issues}></cdl-issues>
      <cdl-progress .job=${job} .version=${performance.now()}></cdl-progress>
      ${state.kind === 'failed' ? html`<cdl-error .error=${state.outcome.error} .line=${job.line}></cdl-error>` : nothing}
      ${end === undefined ? nothing : html`<p class="quiet small">${end}${written.length === 0 ? '' : `, ${count(written.length, 'file')} written`}</p>`}
    </div>`;
  }
}
