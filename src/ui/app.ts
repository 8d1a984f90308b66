/** @file The frame of the page: the way between the pages, the open folder, the running command, and the page itself. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { ContextProvider } from '@lit/context';
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { appStyles } from './app.styles';
import './parts/job-dock';
import './parts/nav';
import { pathStyles, pathText } from './parts/path-text';
import './parts/theme-switch';
import { addressOf, type PageEntry, pages, placeOf } from './router';
import { announcementOf } from './state/announce';
import { watchJobs } from './state/attention';
import { sessionContext } from './state/contexts';
import type { Job } from './state/job';
import { deepFind, focusHeading, keepFocus } from './state/keep-focus';
import type { Session } from './state/session';
import { base } from './styles/shared';

/** The page that shows what a command line does. */
function pageOfLine(line: string): string {
  const command = line.trim().replace(/^[!%$>]?\s*(clinicadl\s+)?/, '');
  if (command.startsWith('simulate')) return 'home';
  if (/^(prepare-data|generate|quality-check|make-masks|add-mask|play-leak)/.test(command)) return 'data';
  if (command.startsWith('tsvtools')) return 'cohort';
  if (command.startsWith('train')) return 'train';
  if (command.startsWith('interpret')) return 'interpret';
  return command.startsWith('predict') ? 'predict' : 'console';
}

/** The title of the page that is shown; a page that was just fetched draws it a moment later. */
async function headingOf(main: HTMLElement): Promise<HTMLElement | undefined> {
  for (let frame = 0; frame < 10; frame++) {
    const heading = deepFind(main, 'h1');
    if (heading !== undefined) return heading;
    await new Promise(requestAnimationFrame);
  }
  return undefined;
}

@customElement('cdl-app')
export class App extends LitElement {
  static override styles = [base, pathStyles, appStyles];

  @property({ attribute: false }) session!: Session;
  @state() private page: PageEntry = placeOf(location.hash).page;
  /** Pages that were shown stay, so that what was typed there is not lost. */
  @state() private visited: readonly PageEntry[] = [];
  @state() private failed = false;
  @state() private announcement = '';

  private readonly changed = (): void => {
    const job = this.session.jobs.at(-1);
    this.announcement = job === undefined ? '' : announcementOf(job);
    this.requestUpdate();
  };
  private readonly moved = (): void => void this.show(true);

  override connectedCallback(): void {
    super.connectedCallback();
    new ContextProvider(this, { context: sessionContext, initialValue: this.session });
    watchJobs(this.session, () => placeOf(location.hash).page.title);
    keepFocus();
    for (const name of ['workspace', 'jobs', 'studies']) this.session.addEventListener(name, this.changed);
    window.addEventListener('hashchange', this.moved);
    for (const name of ['dragover', 'drop'] as const) window.addEventListener(name, this.ignore);
    void this.show(false);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const name of ['workspace', 'jobs', 'studies']) this.session.removeEventListener(name, this.changed);
    window.removeEventListener('hashchange', this.moved);
    for (const name of ['dragover', 'drop'] as const) window.removeEventListener(name, this.ignore);
  }

  /** A file dropped beside its target would otherwise replace the page. */
  private readonly ignore = (event: DragEvent): void => event.preventDefault();

  private async show(moveFocus: boolean): Promise<void> {
    const { page } = placeOf(location.hash);
    const samePage = page === this.page && this.visited.includes(page);
    this.page = page;
    try {
      await page.load();
      this.failed = false;
    } catch {
      this.failed = true;
      return;
    }
    if (!this.visited.includes(page)) this.visited = [...this.visited, page];
    if (!moveFocus || samePage) return;
    await this.updateComplete;
    scrollTo({ top: 0 });
    const main = this.renderRoot.querySelector<HTMLElement>('main');
    const heading = main === null ? undefined : await headingOf(main);
    if (heading === undefined) main?.focus({ preventScroll: true });
    else focusHeading(heading, { preventScroll: true });
  }

  private skip(): void {
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  }

  protected override render() {
    const { job } = this.session;
    return html`<button type="button" class="skip" @click=${this.skip}>Skip to the page</button>
      <div class="frame">
        <aside class="rail" aria-label="ClinicaDL web">
          <a class="brand" href=${addressOf('home')} aria-label="ClinicaDL web, home">
            <img src="icons/favicon.svg" alt="" width="32" height="32" /><span>ClinicaDL <b>web</b></span>
          </a>
          <cdl-nav .current=${this.page.within ?? this.page.name} .busy=${job === undefined ? '' : pageOfLine(job.line)}></cdl-nav>
          <p class="privacy"><wa-icon name="lock"></wa-icon><span>Nothing leaves this computer.</span></p>
        </aside>
        <div class="content">
          <header>${this.workspaceChip()}<cdl-theme-switch></cdl-theme-switch></header>
          <main tabindex="-1" aria-label=${this.page.title}>
            ${this.failed ? this.missing() : nothing}
            ${pages
              .filter((page) => this.visited.includes(page))
              .map(
                (page) =>
                  html`<div class="page" ?hidden=${page !== this.page || this.failed} data-page=${page.name}>${page.draw()}</div>`,
              )}
          </main>
          <footer>
            <p>
              An independent implementation of <a href="https://github.com/aramislab/clinicadl" rel="noreferrer">ClinicaDL</a>,
              not affiliated with its authors. If you publish results, cite them: Thibeau-Sutre et al., ClinicaDL: an open-source
              deep learning software for reproducible neuroimaging processing, <i>Computer Methods and Programs in Biomedicine</i>, 2022.
            </p>
            <p>For research and teaching. Not a medical device: do not use it to diagnose anyone.</p>
          </footer>
          <cdl-job-dock
            ?told=${this.page.name === 'console' || (this.page.name === 'train' && job !== undefined && pageOfLine(job.line) === 'train')}
            .link=${(shown: Job) => addressOf(pageOfLine(shown.line))}></cdl-job-dock>
        </div>
      </div>
      <div class="visually-hidden" role="status" aria-live="polite" data-testid="live">${this.announcement}</div>`;
  }

  private workspaceChip() {
    const { workspace } = this.session;
    if (workspace === undefined) return html`<span class="chip quiet"><wa-icon name="folder"></wa-icon>No folder open</span>`;
    const where = {
      picked: 'on your disk',
      private: 'in this browser',
      uploaded: 'a copy in this browser',
      memory: 'in memory, until this tab is closed',
    }[workspace.kind];
    return html`<a class="chip" href=${addressOf('home')} data-testid="workspace">
      <wa-icon name="folder-open"></wa-icon>
      <span class="chip-name">${pathText(workspace.name)}</span><span class="quiet where">${where}</span>
      ${this.session.simulated ? html`<span class="simulated" data-testid="simulated">Simulated data</span>` : nothing}
    </a>`;
  }

  private missing() {
    return html`<div role="alert">
      <p>This page could not be loaded.</p>
      <wa-button size="s" @click=${() => void this.show(false)}>Try again</wa-button>
    </div>`;
  }
}
