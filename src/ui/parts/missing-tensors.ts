/** @file Before a prediction: says which sessions have no tensors yet, and prepares them at a press. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MissingTensors } from '../../jobs/missing-tensors';
import type { CommandOutcome } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { hideWhenEmpty } from '../styles/empty';
import { base, layout } from '../styles/shared';
import './command-line';
import { emit } from './events';
import './issue-list';
import { count } from './words';

/** Typing goes on for a while: the folder is looked at when it rests. */
const REST_MS = 300;

@customElement('cdl-missing-tensors')
export class MissingTensorsView extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      .box {
        padding: var(--wa-space-m);
        border: 1px solid var(--wa-color-brand-border-quiet);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-brand-fill-quiet);
      }
    `,
  ];

  /** A `predict` command. */
  @property() line = '';
  @state() private found: MissingTensors | undefined;
  @state() private outcome: CommandOutcome | undefined;
  private stopper = new AbortController();
  private timer = 0;
  private readonly session = new SessionController(this, { jobs: () => {}, studies: () => this.lookLater() });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.stopper.abort();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('line')) return;
    this.outcome = undefined;
    this.lookLater();
  }

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  private lookLater(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), REST_MS);
  }

  private async look(): Promise<void> {
    this.stopper.abort();
    this.stopper = new AbortController();
    const { line } = this;
    let found: MissingTensors | undefined;
    try {
      found = await this.session.value.query('missing-tensors', { line }, this.stopper.signal);
    } catch {
      found = undefined; // what is wrong with the group is told by the command itself
    }
    if (line !== this.line) return;
    this.found = found;
    emit(this, 'cdl-blocked', { reason: found === undefined || found.missing === 0 ? '' : 'The sessions are not prepared yet.' });
  }

  private async prepare(line: string): Promise<void> {
    this.outcome = undefined;
    const outcome = await this.session.value.run(line);
    if (outcome.status === 'failed') this.outcome = outcome;
    await this.look();
  }

  protected override render() {
    const { found, outcome } = this;
    if (found === undefined || found.missing === 0) return nothing;
    const { sessions, missing, line } = found;
    return html`<section class="box stack" aria-labelledby="title" data-testid="missing-tensors" data-missing=${missing}>
      <h3 id="title">${missing === sessions ? count(sessions, 'session') : `${missing} of ${count(sessions, 'session')}`} to prepare first</h3>
      <p>The network reads tensors, cut from the images as those of its training were. These sessions have none yet; this makes them:</p>
      <cdl-command-line .line=${line}></cdl-command-line>
      <div class="row">
        <wa-button
          variant="brand"
          data-testid="prepare-sessions"
          ?disabled=${this.session.value.job !== undefined}
          @click=${() => this.prepare(line)}
        >
          <wa-icon slot="start" name="play"></wa-icon>Prepare these sessions
        </wa-button>
      </div>
      <cdl-error .error=${outcome?.error} .line=${line}></cdl-error>
      <cdl-issues .issues=${outcome?.issues ?? []}></cdl-issues>
    </section>`;
  }
}
