/** @file Opening a study: pick a folder, drop it, or copy one or a zip file into the browser. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isAbort, isStop } from '../../base/errors';
import type { Issue } from '../../base/issues';
import type { Progress } from '../../base/job';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { type CopyOptions, canPickFolders, openFiles, openOrTell, openZip, pickFolder, readDrop } from '../state/open-folder';
import { errorText } from '../state/session';
import { base, layout } from '../styles/shared';
import './issue-list';
import { progressCount } from './words';

@customElement('cdl-folder-opener')
export class FolderOpener extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      .drop {
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        gap: var(--wa-space-s);
        padding: var(--wa-space-l) var(--wa-space-m);
        border: 1.5px dashed var(--wa-color-neutral-border-loud);
        border-radius: var(--wa-border-radius-m);
        text-align: center;
      }
      .drop.over {
        border-color: var(--wa-color-brand-border-loud);
        background: var(--wa-color-brand-fill-quiet);
      }
      .drop > wa-icon {
        font-size: 2rem;
        color: var(--wa-color-text-quiet);
      }
      input[type='file'] {
        display: none;
      }
    `,
  ];

  @state() private over = false;
  @state() private copy: { readonly progress: Progress | undefined; readonly stopper: AbortController } | undefined;
  @state() private error: OutcomeError | undefined;
  @state() private issues: readonly Issue[] = [];
  private readonly session = new SessionController(this, { jobs: () => {} });

  /** `signal`: by which the work is stopped; without one it is a picker of the browser, which the person closes. */
  private async attempt(work: () => Promise<unknown>, signal?: AbortSignal): Promise<void> {
    this.error = undefined;
    this.issues = [];
    try {
      await work();
    } catch (error) {
      const stopped = signal === undefined ? isAbort(error) : isStop(error, signal);
      if (!stopped) this.error = errorText(error);
    }
  }

  private async copying(work: (options: CopyOptions) => Promise<readonly Issue[]>): Promise<void> {
    const stopper = new AbortController();
    this.copy = { progress: undefined, stopper };
    const onProgress = (progress: Progress): void => {
      this.copy = { progress, stopper };
    };
    await this.attempt(async () => {
      this.issues = await work({ signal: stopper.signal, onProgress });
    }, stopper.signal);
    this.copy = undefined;
  }

  private chosen(event: Event, kind: 'files' | 'zip'): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length === 0) return;
    const session = this.session.value;
    void this.copying((options) => (kind === 'zip' ? openZip(session, files[0], options) : openFiles(session, files, options)));
  }

  private drop(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    if (event.dataTransfer === null || this.session.value.job !== undefined) return;
    const read = readDrop(event.dataTransfer);
    const session = this.session.value;
    void this.attempt(async () => {
      const dropped = await read;
      if (dropped.kind === 'folder') await openOrTell(session, dropped.handle);
      if (dropped.kind === 'zip') await this.copying((options) => openZip(session, dropped.file, options));
      if (dropped.kind === 'files') await this.copying((options) => openFiles(session, dropped.files, options));
    });
  }

  private openChooser(id: string): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.click();
  }

  protected override render() {
    return html`<div class="stack">
      <div
        class="drop ${this.over ? 'over' : ''}"
        data-testid="drop-zone"
        @dragover=${() => (this.over = true)}
        @dragleave=${() => (this.over = false)}
        @drop=${this.drop}
      >
        ${this.copy === undefined ? this.buttons() : this.progress()}
      </div>
      <input id="files" type="file" webkitdirectory multiple aria-label="Folder to copy" data-testid="upload-folder" @change=${(event: Event) => this.chosen(event, 'files')} />
      <input id="zip" type="file" accept=".zip,application/zip" aria-label="Zip file to unpack" data-testid="upload-zip" @change=${(event: Event) => this.chosen(event, 'zip')} />
      <cdl-error .error=${this.error}></cdl-error>
      <cdl-issues .issues=${this.issues}></cdl-issues>
    </div>`;
  }

  private buttons() {
    const busy = this.session.value.job !== undefined;
    const copyText = canPickFolders ? 'Copy a folder into the browser' : 'Choose a folder';
    return html`<wa-icon name="folder-open"></wa-icon>
      ${
        canPickFolders
          ? html`<wa-button
                variant="brand"
                ?disabled=${busy}
                data-testid="open-folder"
                @click=${() => this.attempt(() => pickFolder(this.session.value))}
                >Open a folder…</wa-button
              >
              <p class="quiet small">or drop it here</p>`
          : html`<p class="quiet small">This browser copies folders into its private storage before it can work on them.</p>`
      }
      <div class="row" style="gap: var(--wa-space-xs); justify-content: center">
        <wa-button size="s" appearance=${canPickFolders ? 'plain' : 'accent'} variant=${canPickFolders ? 'neutral' : 'brand'} ?disabled=${busy} @click=${() => this.openChooser('files')}>
          <wa-icon slot="start" name="upload"></wa-icon>${copyText}
        </wa-button>
        <wa-button size="s" appearance="plain" ?disabled=${busy} @click=${() => this.openChooser('zip')}>
          <wa-icon slot="start" name="zip"></wa-icon>Open a zip file
        </wa-button>
      </div>`;
  }

  private progress() {
    const progress = this.copy?.progress;
    const share = progress === undefined || progress.total === 0 ? 0 : progress.done / progress.total;
    return html`<p>${progress === undefined ? 'Reading…' : `${progress.stage}: ${progressCount(progress)}`}</p>
      <wa-progress-bar label="Copying" style="inline-size: 100%" .value=${Math.round(100 * share)}></wa-progress-bar>
      <wa-button size="s" appearance="outlined" @click=${() => this.copy?.stopper.abort()}>Stop</wa-button>`;
  }
}
