/** @file Check by eye: the images of a sheet in a grid, accepted or rejected by the keyboard. Neither names nor groups are shown. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { GreyPlane } from '../../jobs/planes';
import type { OutcomeError } from '../../options/outcome';
import { emptyState, emptyStyles } from '../parts/empty-state';
import '../parts/eye-image';
import type { EyeImageView } from '../parts/eye-image';
import '../parts/issue-list';
import { addressOf, placeOf } from '../router';
import { SessionController } from '../state/contexts';
import { type EyePlace, EyeWork } from '../state/eye-sheet';
import { lastCheck, rememberCheck } from '../state/last-check';
import { errorText } from '../state/session';
import { base, controls, layout } from '../styles/shared';

/** Images of one view. */
const SHOWN = 6;
/** Images whose slices are kept. */
const KEPT = 36;

interface Look {
  readonly planes?: readonly GreyPlane[];
  readonly error?: OutcomeError;
}

@customElement('cdl-check-page')
export class CheckPage extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    emptyStyles,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
        gap: var(--wa-space-m);
      }
      .grid:focus-visible {
        outline: none;
      }
      progress {
        inline-size: 100%;
        block-size: 0.5rem;
        appearance: none;
        border: 0;
        border-radius: 0.25rem;
        overflow: hidden;
        background: var(--wa-color-surface-border);
      }
      progress::-webkit-progress-bar {
        background: var(--wa-color-surface-border);
      }
      progress::-webkit-progress-value {
        background: var(--wa-color-brand-fill-loud);
      }
      progress::-moz-progress-bar {
        background: var(--wa-color-brand-fill-loud);
      }
      /* The bars above and below the page cover a part of it. */
      cdl-eye-image {
        scroll-margin-block: 5rem;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-xs) var(--wa-space-m);
      }
      kbd {
        padding: 0.05em 0.4em;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-s);
        background: var(--wa-color-surface-lowered);
        font-family: var(--wa-font-family-code);
        font-size: 0.85em;
      }
      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2em 1em;
      }
      @media (hover: none), (max-width: 620px) {
        .keys {
          display: none;
        }
      }
    `,
  ];

  @state() private work: EyeWork | undefined;
  @state() private error: OutcomeError | undefined;
  @state() private looking = false;
  @state() private current = 0;
  private readonly looks = new Map<string, Look | 'asked'>();
  private line = '';
  private stopper = new AbortController();
  private readonly moved = (): void => {
    if (placeOf(location.hash).page.name === 'check') void this.open();
  };
  private readonly session = new SessionController(this, {
    workspace: () => this.forget(),
    studies: () => void this.open(),
    jobs: () => this.saveLater(),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.moved);
    window.addEventListener('keydown', this.pressed);
    void Promise.resolve().then(() => this.open());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.moved);
    window.removeEventListener('keydown', this.pressed);
    this.stopper.abort();
  }

  private forget(): void {
    this.line = '';
    this.work = undefined;
    this.error = undefined;
    this.looks.clear();
  }

  /** The sheet of the address, else the one that was looked at last in this folder. */
  private async open(): Promise<void> {
    const session = this.session.value;
    const { workspace } = session;
    if (workspace === undefined || placeOf(location.hash).page.name !== 'check') return;
    const line = placeOf(location.hash).query.get('line') ?? lastCheck(workspace.name) ?? '';
    if (line === '' || line === this.line) return;
    this.forget();
    this.line = line;
    this.stopper.abort();
    this.stopper = new AbortController();
    this.looking = true;
    try {
      const sheet = await session.query('eye-sheet', { line }, this.stopper.signal);
      if (line !== this.line) return;
      rememberCheck(workspace.name, line);
      this.work = new EyeWork(sheet, () => this.requestUpdate());
      this.current = Math.max(0, this.work.nextOpen(-1));
      this.fetch();
    } catch (error) {
      if (!isAbort(error) && line === this.line) this.error = errorText(error);
    } finally {
      if (line === this.line) this.looking = false;
    }
  }

  private get place(): EyePlace {
    const session = this.session.value;
    return {
      read: async (path) => (await session.query('eye-answers', { path })).answers,
      edit: (work) => session.edit(work),
    };
  }

  /** A command that had the folder has ended: what waits is written. */
  private saveLater(): void {
    if (this.work?.state === 'waiting' && this.session.value.job === undefined) void this.work.save(this.place);
  }

  /** First image of the view that the current one is in. */
  private get first(): number {
    return Math.floor(this.current / SHOWN) * SHOWN;
  }

  /** Reads the images of this view, then those of the next. */
  private fetch(): void {
    const { work, first } = this;
    if (work === undefined) return;
    const wanted = work.images.slice(first, first + 2 * SHOWN).map(({ path }) => path);
    for (const path of [...this.looks.keys()]
      .filter((known) => !wanted.includes(known))
      .slice(0, Math.max(0, this.looks.size - KEPT)))
      this.looks.delete(path);
    for (const path of wanted) if (!this.looks.has(path)) void this.look(path);
  }

  private async look(path: string): Promise<void> {
    this.looks.set(path, 'asked');
    try {
      this.looks.set(path, { planes: await this.session.value.query('eye-planes', { path }, this.stopper.signal) });
    } catch (error) {
      if (isAbort(error)) this.looks.delete(path);
      else this.looks.set(path, { error: errorText(error) });
    }
    this.requestUpdate();
  }

  private go(to: number): void {
    const { work } = this;
    if (work === undefined) return;
    this.current = Math.min(work.images.length - 1, Math.max(0, to));
    this.fetch();
    void this.updateComplete.then(() => this.imageAt(this.current)?.scrollIntoView({ block: 'nearest' }));
  }

  private imageAt(index: number): EyeImageView | undefined {
    return this.renderRoot.querySelectorAll<EyeImageView>('cdl-eye-image')[index - this.first];
  }

  /** `on`: after an answer the next image without one is the current one. */
  private answer(at: number, change: HTMLElementEventMap['cdl-eye-answer']['detail'], on: boolean): void {
    const { work } = this;
    if (work === undefined) return;
    void work.answer(at, change, this.place);
    const next = on ? work.nextOpen(at) : -1;
    this.go(next >= 0 ? next : at);
  }

  /** Keys belong to the check while the focus is in it, or nowhere. */
  private readonly pressed = (event: KeyboardEvent): void => {
    const path = event.composedPath();
    const isNowhere = path[0] === document.body || (path[0] as Element).localName === 'main';
    const isHere = path.includes(this) || isNowhere;
    if (!isHere || event.defaultPrevented || placeOf(location.hash).page.name !== 'check') return;
    const [typed] = path;
    if (typed instanceof HTMLInputElement) {
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      typed.blur();
      this.renderRoot.querySelector<HTMLElement>('.grid')?.focus({ preventScroll: true });
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { current } = this;
    const acts: Readonly<Record<string, () => void>> = {
      a: () => this.answer(current, { pass: true }, true),
      r: () => this.answer(current, { pass: false }, true),
      u: () => this.answer(current, { pass: null }, false),
      c: () => this.imageAt(current)?.focusComment(),
      n: () => this.go(this.work?.nextOpen(current) ?? current),
      ArrowRight: () => this.go(current + 1),
      ArrowLeft: () => this.go(current - 1),
      PageDown: () => this.go(this.first + SHOWN),
      PageUp: () => this.go(this.first - SHOWN),
    };
    const act = Object.hasOwn(acts, event.key) ? acts[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  protected override render() {
    const { workspace } = this.session.value;
    return html`<div class="stack" style="gap: var(--wa-space-l)">
      <div class="page-head" style="margin: 0">
        <h1>Check by eye</h1>
        <p class="quiet">
          Accept or reject each image by three of its slices. The order is drawn; names and groups are hidden, and so is what others
          answered.
        </p>
      </div>
      ${workspace === undefined ? this.closed() : this.sheet()}
    </div>`;
  }

  private closed() {
    return emptyState(
      'data',
      'No folder is open',
      'Open the folder of the check again: all answers are in its table.',
      html`<wa-button variant="brand" href=${addressOf('home')}>Go to Home</wa-button>`,
    );
  }

  private sheet() {
    const { work } = this;
    if (this.error !== undefined) return html`<cdl-error .error=${this.error}></cdl-error>`;
    if (this.looking) return html`<p class="row quiet"><wa-spinner></wa-spinner>Looking for the images…</p>`;
    if (work === undefined)
      return emptyState(
        'data',
        'No check has been begun',
        'Data makes the table of a check: which images, and who looks.',
        html`<wa-button variant="brand" href=${addressOf('data')}>Go to Data</wa-button>`,
      );
    const { first } = this;
    const { images } = work;
    const last = Math.min(first + SHOWN, images.length);
    return html`${this.progress(work)}
      <div
        class="grid"
        tabindex="0"
        role="group"
        aria-label="Images ${first + 1} to ${last}; A accepts, R rejects"
        data-testid="eye-grid"
      >
        ${images.slice(first, last).map((image, i) => {
          const look = this.looks.get(image.path);
          const { planes = undefined, error = undefined } = typeof look === 'object' ? look : {};
          return html`<cdl-eye-image
            .number=${first + i + 1}
            .current=${first + i === this.current}
            .pass=${image.pass}
            .comment=${image.comment}
            .planes=${planes}
            .error=${error}
            @pointerdown=${() => (this.current = first + i)}
            @cdl-eye-answer=${(event: HTMLElementEventMap['cdl-eye-answer']) => this.answer(first + i, event.detail, false)}
          ></cdl-eye-image>`;
        })}
      </div>
      <div class="bar">
        <div class="row">
          <wa-button size="s" appearance="outlined" ?disabled=${first === 0} @click=${() => this.go(first - SHOWN)}>Previous</wa-button>
          <span class="number small">${first + 1}–${last} of ${images.length}</span>
          <wa-button size="s" appearance="outlined" data-testid="eye-next" ?disabled=${last === images.length} @click=${() => this.go(first + SHOWN)}>Next</wa-button>
        </div>
        <p class="quiet small">Grey runs from the 0.5th to the 99.5th percentile of the three slices.</p>
      </div>`;
  }

  private progress(work: EyeWork) {
    const { answered, rejected } = work.counts;
    const total = work.images.length;
    const states = { saved: `Saved in ${work.file}.`, saving: 'Saving…', waiting: 'Not saved yet.' } as const;
    return html`<section class="card stack" style="gap: var(--wa-space-xs)" aria-label="Progress">
      <div class="bar">
        <p data-testid="eye-progress"><b class="number">${answered}</b> of ${total} answered, ${rejected} rejected, by ${work.rater}</p>
        <p class="quiet small" role="status" data-testid="eye-saved">${states[work.state]}</p>
      </div>
      <progress max=${total} value=${answered} aria-label="Answered"></progress>
      ${work.state === 'waiting' ? html`<cdl-error .error=${errorText(work.error)}></cdl-error>` : nothing}
      ${
        answered === total
          ? html`<p>
              All images have an answer. Commands that take a table of sessions leave out by name what was rejected;
              <a href=${addressOf('data')}>Data</a> compares two raters.
            </p>`
          : nothing
      }
      <p class="keys quiet small">
        <span><kbd>A</kbd> accept</span><span><kbd>R</kbd> reject</span><span><kbd>U</kbd> undo</span><span><kbd>C</kbd> comment</span
        ><span><kbd>N</kbd> next without an answer</span><span><kbd>←</kbd> <kbd>→</kbd> move</span>
      </p>
    </section>`;
  }
}
