/** @file What the chosen network is with this study: input, parameters, memory, and its layers in a small drawing. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { NetworkDescription } from '../../jobs/describe-network';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { isOfNetwork } from '../state/network-error';
import { errorText } from '../state/session';
import { base } from '../styles/shared';
import './chart';
import { networkChart } from './network-chart';
import { count, fileSize } from './words';

/** Typing goes on for a while: the study is looked at when it rests. */
const REST_MS = 300;

@customElement('cdl-network-note')
export class NetworkNote extends LitElement {
  static override styles = [
    base,
    css`
      .about {
        margin-block: var(--wa-space-2xs) var(--wa-space-xs);
        font-size: var(--wa-font-size-s);
        line-height: 1.45;
      }
      .problem {
        display: flex;
        gap: 0.4em;
        margin-block-start: 0.3rem;
        font-size: var(--wa-font-size-s);
        font-weight: 500;
        color: var(--wa-color-danger-on-quiet);
      }
      .problem wa-icon {
        margin-block-start: 0.2em;
      }
    `,
  ];

  /** A command that begins a training. */
  @property() line = '';
  @state() private found: NetworkDescription | undefined;
  @state() private error: OutcomeError | undefined;
  private timer = 0;
  private stopper = new AbortController();
  private readonly session = new SessionController(this, { studies: () => this.lookLater() });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.stopper.abort();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('line')) this.lookLater();
  }

  private lookLater(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), REST_MS);
  }

  private async look(): Promise<void> {
    const session = this.session.value;
    if (session.job !== undefined) return; // what it works on may not be whole yet
    this.stopper.abort();
    this.stopper = new AbortController();
    const { line, stopper } = this;
    try {
      const found = await session.query('describe-network', { line }, stopper.signal);
      if (line !== this.line) return;
      this.found = found ?? undefined;
      this.error = undefined;
    } catch (error) {
      if (isAbort(error) || line !== this.line) return;
      const told = errorText(error);
      this.found = undefined;
      this.error = isOfNetwork(told) ? told : undefined;
    }
  }

  protected override render() {
    const { found, error } = this;
    if (error !== undefined)
      return html`<p class="problem" role="alert" data-testid="network-problem">
        <wa-icon name="warning"></wa-icon><span>${error.message} ${error.hint}</span>
      </p>`;
    if (found === undefined) return nothing;
    return html`<p class="about" data-testid="network-note">${this.text(found)}</p>
      <cdl-chart .spec=${networkChart(found.network)}></cdl-chart>`;
  }

  private text({ network, ofStudy, memoryBytes, batchSize, computedBatch }: NetworkDescription) {
    const { architecture, summary = '', inputSize, parameters } = network;
    const part = computedBatch < batchSize ? `, ${computedBatch} at a time` : '';
    const memory =
      memoryBytes === null ? '' : `, about ${fileSize(memoryBytes)} of memory in training with a batch of ${batchSize}${part}`;
    return html`<b>${architecture}</b>${summary === '' ? '' : `: ${summary}`} With
      ${ofStudy ? 'an input of this study' : 'an input of, for example,'} ${inputSize.join(' × ')}:
      ${count(parameters, 'parameter')}${memory}.`;
  }
}
