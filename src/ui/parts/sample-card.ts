/** @file The built-in sample study: choose how difficult, run it whole, watch its steps. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { OutcomeError } from '../../options/outcome';
import { addressOf } from '../router';
import { type Difficulty, difficulties, difficultyTexts, mapsFolder, sampleFolder, sampleStudy } from '../sample-study';
import { Chain, type ChainState, type ChainStep } from '../state/chain';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base, controls, layout } from '../styles/shared';
import { commandText, commandTextStyles } from './command-text';
import './issue-list';
import './progress';
import { duration } from './words';

const icons: Readonly<Record<ChainStep['state'], string>> = {
  waiting: 'circle',
  running: 'play',
  done: 'circle-check',
  stopped: 'stop',
  failed: 'circle-xmark',
};

@customElement('cdl-sample-card')
export class SampleCard extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    commandTextStyles,
    css`
      :host {
        display: grid;
      }
      .levels {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-xs) var(--wa-space-m);
        margin-block-start: var(--wa-space-2xs);
      }
      .levels label {
        display: inline-flex;
        align-items: center;
        gap: 0.5em;
        min-block-size: 1.75rem;
        cursor: pointer;
      }
      .tag {
        font-size: var(--wa-font-size-xs);
        font-weight: 500;
        padding: 0.1em 0.6em;
        border-radius: var(--wa-border-radius-pill);
        color: var(--wa-color-warning-on-normal);
        background: var(--wa-color-warning-fill-quiet);
        border: 1px solid var(--wa-color-warning-border-quiet);
      }
      ol {
        display: flex;
        flex-direction: column;
      }
      li {
        display: grid;
        grid-template-columns: 1.5rem minmax(0, 1fr) auto;
        gap: 0 var(--wa-space-xs);
        padding-block: 0.4rem;
        align-items: start;
      }
      li + li {
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      li wa-icon {
        font-size: 1.15rem;
        margin-block-start: 0.15em;
        color: var(--wa-color-text-quiet);
      }
      li.done wa-icon {
        color: var(--wa-color-success-on-quiet);
      }
      li.running wa-icon {
        color: var(--wa-color-brand-on-quiet);
      }
      li.failed wa-icon {
        color: var(--wa-color-danger-on-quiet);
      }
      li.waiting .title {
        color: var(--wa-color-text-quiet);
      }
      li code {
        display: block;
        font-size: 0.75rem;
        color: var(--wa-color-text-quiet);
        overflow-wrap: anywhere;
      }
      li .more {
        grid-column: 2 / -1;
        margin-block: var(--wa-space-2xs);
      }
    `,
  ];

  @state() private difficulty: Difficulty = 'easy';
  @state() private error: OutcomeError | undefined;
  /** MAPS that a new run would delete: the next press does it. */
  @state() private inTheWay: readonly string[] = [];
  private readonly session = new SessionController(this, { jobs: () => {} });
  /** From the press to the first command. */
  private starting = false;
  private readonly chain = new Chain(() => this.requestUpdate());

  private async start(): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    const ready = await this.makeRoom();
    this.starting = false;
    const session = this.session.value;
    if (ready) await this.chain.start(sampleStudy(this.difficulty).steps, (line) => session.run(line));
  }

  /** Opens the folder of the study, and empties it if the person knows what goes with it. False when the study cannot begin yet. */
  private async makeRoom(): Promise<boolean> {
    const session = this.session.value;
    this.error = undefined;
    const told = this.inTheWay;
    this.inTheWay = [];
    try {
      await session.openPrivate(`sample-study-${this.difficulty}`);
      await session.refresh();
      const found = session.studies.maps.filter((maps) => maps.startsWith(`${sampleFolder}/`));
      if (found.some((maps) => !told.includes(maps))) {
        this.inTheWay = found;
        return false;
      }
      await session.edit((folder) => folder.remove(sampleFolder));
      return true;
    } catch (error) {
      this.error = errorText(error); // the study runs in another tab, or the disk fails
      return false;
    }
  }

  protected override render() {
    const { state } = this.chain;
    return html`<div class="card stack">
      <div class="row between">
        <h2>Sample study</h2>
        <span class="tag">Simulated data</span>
      </div>
      <p>
        40 simulated participants, half of them with shrunken hippocampi. One click makes the images, splits the participants,
        trains a small network and tests it, in half a minute to two on two processor cores.
      </p>
      ${state === 'running' ? nothing : this.choice()} ${state === 'idle' ? nothing : this.progress()}
      <cdl-error .error=${this.error}></cdl-error>
      ${this.inTheWay.length === 0 ? nothing : this.question()}
      <div class="row">
        ${
          state === 'running'
            ? html`<wa-button appearance="outlined" @click=${() => this.session.value.job?.stop()}>
                <wa-icon slot="start" name="stop"></wa-icon>Stop
              </wa-button>`
            : html`<wa-button
                variant=${this.inTheWay.length > 0 ? 'danger' : state === 'idle' ? 'brand' : 'neutral'}
                appearance=${state === 'idle' ? 'accent' : 'outlined'}
                data-testid="run-sample"
                ?disabled=${this.session.value.job !== undefined}
                @click=${this.start}
              >
                <wa-icon slot="start" name="play"></wa-icon>${this.runLabel(state)}
              </wa-button>`
        }
        ${
          state === 'done'
            ? html`<wa-button variant="brand" href=${addressOf('results', { maps: mapsFolder })} data-testid="sample-results">
                See the results<wa-icon slot="end" name="arrow-right"></wa-icon>
              </wa-button>`
            : nothing
        }
      </div>
    </div>`;
  }

  private runLabel(state: ChainState): string {
    if (this.inTheWay.length > 0) return 'Delete and run again';
    return state === 'idle' ? 'Run the whole study' : 'Run it again';
  }

  private choose(level: Difficulty): void {
    this.difficulty = level;
    this.inTheWay = [];
  }

  private question() {
    return html`<p role="alert" data-testid="sample-question">
      <b>This study was run before.</b> Running it again deletes its folder <code>${sampleFolder}</code> with all that it holds:
      ${this.inTheWay.map((maps) => html`<code>${maps}</code>, `)}tables and tensors. To keep them,
      press “Download as zip” above first.
    </p>`;
  }

  private choice() {
    return html`<fieldset>
      <legend>Difficulty</legend>
      <div class="levels">
        ${difficulties.map(
          (level) =>
            html`<label>
              <input
                type="radio"
                name="difficulty"
                .value=${level}
                .checked=${this.difficulty === level}
                @change=${() => this.choose(level)}
              />${level}
            </label>`,
        )}
      </div>
      <p class="quiet small">${difficultyTexts[this.difficulty]}</p>
    </fieldset>`;
  }

  private progress() {
    const { job } = this.session.value;
    return html`<ol data-testid="sample-steps">
      ${this.chain.steps.map(
        (step) =>
          html`<li class=${step.state} data-state=${step.state}>
            <wa-icon name=${icons[step.state]} label=${step.state}></wa-icon>
            <div>
              <span class="title">${step.title}</span>
              ${step.state === 'running' ? html`<code>${commandText(step.line)}</code>` : nothing}
            </div>
            <span class="quiet small number">${step.seconds === undefined ? nothing : duration(step.seconds)}</span>
            ${
              step.state === 'running' && job?.line === step.line
                ? html`<cdl-progress class="more" .job=${job} .version=${performance.now()}></cdl-progress>`
                : nothing
            }
            ${step.error === undefined ? nothing : html`<cdl-error class="more" .error=${step.error} .line=${step.line}></cdl-error>`}
          </li>`,
      )}
    </ol>`;
  }
}
