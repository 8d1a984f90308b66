/** @file A button that packs a folder of the workspace into a zip file and hands it to the browser's downloads. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isStop } from '../../base/errors';
import type { OutcomeError } from '../../options/outcome';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base } from '../styles/shared';
import './issue-list';
import { saveBlob } from './save-blob';

@customElement('cdl-download-zip')
export class DownloadZip extends LitElement {
  static override styles = [
    base,
    css`
      cdl-error:not(:empty) {
        margin-block-start: var(--wa-space-xs);
      }
    `,
  ];

  /** Inside the workspace; '' is all of it. */
  @property() path = '';
  @property() label = 'Download as zip';
  @state() private percent: number | undefined;
  @state() private error: OutcomeError | undefined;
  private stopper = new AbortController();
  private readonly session = new SessionController(this, { workspace: () => {} });

  private async pack(): Promise<void> {
    const { workspace, zip: zips } = this.session.value;
    if (workspace === undefined) return;
    const stopper = new AbortController();
    this.stopper = stopper;
    this.error = undefined;
    this.percent = 0;
    try {
      const zip = await zips.exportZip(workspace.folder, this.path, {
        signal: stopper.signal,
        onProgress: ({ done, total }) => {
          this.percent = Math.floor((100 * done) / Math.max(1, total));
        },
      });
      saveBlob(zip, `${this.path.split('/').at(-1) || workspace.name}.zip`);
    } catch (error) {
      if (!isStop(error, stopper.signal)) this.error = errorText(error);
    }
    this.percent = undefined;
  }

  protected override render() {
    const busy = this.percent !== undefined;
    return html`<wa-button
        size="s"
        appearance="outlined"
        data-testid="download-zip"
        @click=${() => (busy ? this.stopper.abort() : this.pack())}
      >
        <wa-icon slot="start" name=${busy ? 'stop' : 'download'}></wa-icon>${busy ? `Packing ${this.percent} % · Stop` : this.label}
      </wa-button>
      <cdl-error .error=${this.error}></cdl-error>`;
  }
}
