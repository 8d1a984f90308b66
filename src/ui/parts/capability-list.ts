/** @file What this browser can do, as a list with reasons. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { type Capability, findCapabilities, keepStorage, summaryOf } from '../state/capabilities';
import { SessionController } from '../state/contexts';
import { base, layout } from '../styles/shared';

const words: Readonly<Record<Capability['level'], string>> = { full: 'full', less: 'limited', none: 'missing' };

@customElement('cdl-capability-list')
export class CapabilityList extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      .item {
        display: grid;
        grid-template-columns: 1.75rem minmax(0, 1fr);
        gap: 0 var(--wa-space-xs);
      }
      .item > wa-icon {
        font-size: 1.35rem;
        color: var(--wa-color-text-quiet);
      }
      h3 {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 0.5em;
      }
      .level {
        font-size: var(--wa-font-size-xs);
        font-weight: 500;
        padding: 0.05em 0.55em;
        border-radius: var(--wa-border-radius-pill);
        border: 1px solid var(--wa-color-success-border-quiet);
        background: var(--wa-color-success-fill-quiet);
        color: var(--wa-color-success-on-normal);
      }
      .level.less {
        border-color: var(--wa-color-warning-border-quiet);
        background: var(--wa-color-warning-fill-quiet);
        color: var(--wa-color-warning-on-normal);
      }
      .level.none {
        border-color: var(--wa-color-danger-border-quiet);
        background: var(--wa-color-danger-fill-quiet);
        color: var(--wa-color-danger-on-normal);
      }
      wa-button {
        margin-block-start: var(--wa-space-xs);
      }
    `,
  ];

  @state() private found: readonly Capability[] = [];
  private readonly session = new SessionController(this, {
    // The space in the storage is another after a command.
    studies: () => void this.look(),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    void Promise.resolve().then(() => this.look());
  }

  private async look(): Promise<void> {
    const opened = await this.session.value.client.openedBackend().catch(() => null);
    this.found = await findCapabilities(opened);
  }

  private async keep(): Promise<void> {
    await keepStorage();
    await this.look();
  }

  protected override render() {
    return html`<section class="card stack" aria-labelledby="title">
      <div>
        <h2 id="title">What this browser can do</h2>
        <p class="quiet" data-testid="level">${this.found.length === 0 ? nothing : summaryOf(this.found)}</p>
      </div>
      <div class="grid" style="--column: 17rem; gap: var(--wa-space-l)">
        ${this.found.map(
          ({ name, title, icon, level, text }) =>
            html`<div class="item" data-testid="can-${name}" data-level=${level}>
              <wa-icon name=${icon}></wa-icon>
              <div>
                <h3>${title}<span class="level ${level}">${words[level]}</span></h3>
                <p class="quiet small">${text}</p>
                ${
                  name === 'storage' && level === 'less'
                    ? html`<wa-button size="s" appearance="outlined" @click=${this.keep}>Ask the browser to keep it</wa-button>`
                    : nothing
                }
              </div>
            </div>`,
        )}
      </div>
    </section>`;
  }
}
