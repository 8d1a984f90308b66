/** @file Folders opened before, and those kept in the browser: one click opens them again. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { RecentFolder } from '../../checkpoints/recent-folders';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { forgetRecent, listPrivate, listRecent, openHandle, type PrivateFolder, removePrivate } from '../state/open-folder';
import { errorText } from '../state/session';
import { hideWhenEmpty } from '../styles/empty';
import { base, layout } from '../styles/shared';
import './issue-list';
import { pathStyles, pathText } from './path-text';

const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

@customElement('cdl-recent-list')
export class RecentList extends LitElement {
  static override styles = [
    base,
    layout,
    pathStyles,
    css`
      li {
        display: flex;
        align-items: center;
        gap: var(--wa-space-xs);
      }
      li + li {
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      .open {
        flex: 1 1 auto;
        min-width: 0;
        display: grid;
        grid-template-columns: 1.6rem minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--wa-space-xs);
        padding: var(--wa-space-xs);
        border: 0;
        border-radius: var(--wa-border-radius-m);
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      .open:hover:not(:disabled) {
        background: var(--wa-color-surface-lowered);
      }
      .open:disabled {
        cursor: default;
        opacity: 0.6;
      }
      .open wa-icon {
        font-size: 1.25rem;
        color: var(--wa-color-text-quiet);
      }
      .name {
        font-weight: 500;
        min-width: 0;
        display: flex;
      }
      @media (max-width: 480px) {
        .open {
          grid-template-columns: 1.6rem minmax(0, 1fr);
        }
        .open .small {
          grid-column: 2;
        }
      }
    `,
  ];

  @state() private recent: readonly RecentFolder[] = [];
  @state() private kept: readonly PrivateFolder[] = [];
  @state() private refused = '';
  @state() private error: OutcomeError | undefined;
  /** Private folder whose removal was asked for once. */
  @state() private removing = '';
  private readonly session = new SessionController(this, { workspace: () => void this.look(), jobs: () => {} });

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
  }

  private async look(): Promise<void> {
    [this.recent, this.kept] = await Promise.all([listRecent(), listPrivate(this.session.value)]);
  }

  private async open(folder: RecentFolder): Promise<void> {
    this.error = undefined;
    try {
      const opened = await openHandle(this.session.value, folder.handle);
      this.refused = opened ? '' : folder.name;
    } catch (error) {
      this.error = errorText(error);
    }
  }

  private async forget(folder: RecentFolder): Promise<void> {
    await forgetRecent(folder);
    await this.look();
  }

  private async discard(name: string): Promise<void> {
    if (this.removing !== name) {
      this.removing = name;
      return;
    }
    this.removing = '';
    this.error = undefined;
    const session = this.session.value;
    try {
      await removePrivate(session, name);
      if (session.workspace?.name === name && session.workspace.kind !== 'picked') session.reopen(undefined);
    } catch (error) {
      this.error = errorText(error);
    }
    await this.look();
  }

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    if (this.recent.length + this.kept.length === 0) return nothing;
    const busy = this.session.value.job !== undefined;
    return html`<section class="card stack" aria-labelledby="title">
      <h2 id="title">Recent</h2>
      ${this.refused === '' ? nothing : html`<p role="alert">Access to “${this.refused}” was not allowed. Click it again and allow it.</p>`}
      <cdl-error .error=${this.error}></cdl-error>
      <ul>
        ${this.recent.map(
          (folder) =>
            html`<li>
              <button type="button" class="open" ?disabled=${busy} data-testid="recent" @click=${() => this.open(folder)}>
                <wa-icon name="folder"></wa-icon>
                <span class="name">${pathText(folder.name)}</span>
                <span class="quiet small">${date.format(folder.openedAt)}</span>
              </button>
              <wa-button size="s" appearance="plain" @click=${() => this.forget(folder)}>
                <wa-icon name="xmark" label="Take ${folder.name} off the list"></wa-icon>
              </wa-button>
            </li>`,
        )}
        ${this.kept.map(
          ({ name, whole }) =>
            html`<li>
              <button
                type="button"
                class="open"
                ?disabled=${busy}
                data-testid="private"
                @click=${() => this.session.value.openPrivate(name)}
              >
                <wa-icon name="disk"></wa-icon>
                <span class="name">${pathText(name)}</span>
                <span class="quiet small">${whole ? 'in this browser' : 'in this browser; copying was cut off, files are missing'}</span>
              </button>
              <wa-button
                size="s"
                appearance=${this.removing === name ? 'accent' : 'plain'}
                variant=${this.removing === name ? 'danger' : 'neutral'}
                ?disabled=${busy}
                @click=${() => this.discard(name)}
                @blur=${() => (this.removing = '')}
              >
                ${this.removing === name ? 'Delete?' : html`<wa-icon name="trash" label="Delete ${name} from this browser"></wa-icon>`}
              </wa-button>
            </li>`,
        )}
      </ul>
    </section>`;
  }
}
