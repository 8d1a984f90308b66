/** @file Home: open a study, try the sample study, go on with a training, see what this browser can do. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '../parts/capability-list';
import '../parts/folder-opener';
import '../parts/recent-list';
import '../parts/resume-list';
import '../parts/sample-card';
import '../parts/study-overview';
import { SessionController } from '../state/contexts';
import { canPickFolders } from '../state/open-folder';
import { privateRoot } from '../state/session';
import { base, layout } from '../styles/shared';

/** In tabs of their own: work goes on in this one. */
const guide = html`<p data-testid="guide">
  Read more: <a href="guide/options.html" target="_blank">all commands and options</a>,
  <a href="guide/compatibility.html" target="_blank">compatibility with ClinicaDL</a>,
  <a href="guide/networks.html" target="_blank">networks</a>,
  <a href="guide/cost.html" target="_blank">how cost grows</a>,
  <a href="guide/quality-check.html" target="_blank">quality check</a>,
  <a href="guide/interpretation.html" target="_blank">interpretation</a>,
  <a href="guide/leakage.html" target="_blank">leakage</a>,
  <a href="guide/doctor.html" target="_blank">the import doctor</a>,
  <a href="guide/cohort.html" target="_blank">the simulated cohort</a>,
  <a href="guide/played-leaks.html" target="_blank">how leakage lies</a>,
  <a href="guide/scripts.html" target="_blank">script interface</a>, <a href="guide/hosting.html" target="_blank">hosting</a>.
</p>`;

@customElement('cdl-home-page')
export class HomePage extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      .hero h1 {
        font-size: clamp(1.6rem, 1.2rem + 1.6vw, 2.15rem);
        letter-spacing: -0.02em;
        line-height: 1.15;
      }
      .hero .lead {
        font-size: 1.0625rem;
        color: var(--wa-color-text-quiet);
        max-width: 44rem;
        margin-block-start: var(--wa-space-xs);
      }
      .private {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--wa-space-s);
        padding: var(--wa-space-s) var(--wa-space-m);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-brand-fill-quiet);
        max-width: 52rem;
      }
      .private wa-icon {
        font-size: 1.4rem;
        color: var(--wa-color-brand-on-quiet);
      }
      .note {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--wa-space-s);
        padding: var(--wa-space-s) var(--wa-space-m);
        border: 1px solid var(--wa-color-warning-border-quiet);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-warning-fill-quiet);
      }
      .note wa-icon {
        font-size: 1.25rem;
        color: var(--wa-color-warning-on-quiet);
      }
      .two {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 23rem), 1fr));
        gap: var(--wa-space-l);
        align-items: stretch;
      }
      .two.open {
        align-items: start;
      }
    `,
  ];

  @state() private stored = true;
  private readonly session = new SessionController(this, { workspace: () => {} });

  override connectedCallback(): void {
    super.connectedCallback();
    void privateRoot().then((root) => {
      this.stored = root !== undefined;
    });
  }

  protected override render() {
    const { workspace } = this.session.value;
    return html`<div class="stack" style="gap: var(--wa-space-l)">
      ${workspace === undefined ? this.hero() : html`<h1 class="visually-hidden">Home</h1>`}
      ${this.stored ? nothing : this.noStorage()}
      <cdl-resume-list></cdl-resume-list>
      <cdl-study-overview></cdl-study-overview>
      <div class="two ${workspace === undefined ? '' : 'open'}">
        <section class="card stack" aria-labelledby="open">
          <h2 id="open">${workspace === undefined ? 'Open your study' : 'Open another study'}</h2>
          <p>A folder with a CAPS in it: brain images preprocessed by Clinica, as NIfTI files, and the tables of your participants.</p>
          <cdl-folder-opener></cdl-folder-opener>
        </section>
        <cdl-sample-card></cdl-sample-card>
      </div>
      <cdl-recent-list></cdl-recent-list>
      <cdl-capability-list></cdl-capability-list>
      ${guide}
    </div>`;
  }

  private noStorage() {
    return html`<p class="note" role="status" data-testid="no-storage">
      <wa-icon name="warning"></wa-icon>
      <span>
        <b>This browser keeps no data for this page.</b> The sample study and copied folders work, but lie in memory: they are gone
        when this tab is closed, unless you download them. ${canPickFolders ? 'A folder that you open on your disk keeps its results as usual.' : nothing}
        To change it, allow this site to store data in the settings of the browser, and load the page again.
      </span>
    </p>`;
  }

  private hero() {
    return html`<div class="hero stack">
      <div>
        <h1>Train networks on brain images, in this browser</h1>
        <p class="lead">
          Open a folder of preprocessed images, cut out what matters, split the participants, train on this computer’s graphics
          processor, and keep the results as files that ClinicaDL and PyTorch read.
        </p>
      </div>
      <div class="private">
        <wa-icon name="shield"></wa-icon>
        <p>
          <b>Nothing leaves this computer.</b> Images are read, networks trained and results written by this page alone. It sends
          nothing to any server, and the browser is told to forbid it.
        </p>
      </div>
    </div>`;
  }
}
