/** @file What the open folder holds, as the road from images to results: what is there, and what comes next. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { addressOf } from '../router';
import { SessionController } from '../state/contexts';
import { hideWhenEmpty } from '../styles/empty';
import { base, layout } from '../styles/shared';
import './download-zip';
import { pathStyles, pathText } from './path-text';
import { count } from './words';

@customElement('cdl-study-overview')
export class StudyOverview extends LitElement {
  static override styles = [
    base,
    layout,
    pathStyles,
    css`
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 12.5rem), 1fr));
        gap: var(--wa-space-s);
      }
      .step {
        display: flex;
        flex-direction: column;
        gap: 0.1rem;
        block-size: 100%;
        padding: var(--wa-space-s) var(--wa-space-m);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        color: inherit;
        text-decoration: none;
      }
      .step:hover {
        border-color: var(--wa-color-brand-border-loud);
      }
      .step.next {
        border-color: var(--wa-color-brand-border-loud);
        background: var(--wa-color-brand-fill-quiet);
      }
      .step b {
        display: flex;
        align-items: center;
        gap: 0.4em;
        font-weight: 600;
      }
      .step wa-icon {
        font-size: 1.15rem;
        color: var(--wa-color-text-quiet);
      }
      .step .ok {
        color: var(--wa-color-success-on-quiet);
      }
      .step span.small {
        min-width: 0;
        display: flex;
      }
    `,
  ];

  private readonly session = new SessionController(this, { workspace: () => {}, studies: () => {}, jobs: () => {} });

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    const { workspace, studies, job } = this.session.value;
    if (workspace === undefined) return nothing;
    const { caps, prepared, tables, splits, maps } = studies;
    const steps = [
      {
        name: 'data',
        title: 'Data',
        found: prepared,
        what: 'CAPS prepared',
        none: caps.length > 0 ? `${caps.length} CAPS, not prepared yet` : 'No CAPS found yet',
      },
      {
        name: 'cohort',
        title: 'Cohort',
        found: splits.length > 0 ? splits : [],
        what: 'split',
        none: tables.length > 0 ? `${count(tables.length, 'table')}, not split yet` : 'No tables yet',
      },
      { name: 'train', title: 'Train', found: maps, what: 'MAPS', none: 'Nothing trained yet' },
      { name: 'results', title: 'Results', found: maps, what: 'MAPS to look at', none: 'No results yet' },
    ];
    const next = steps.findIndex(({ found }) => found.length === 0);
    return html`<section class="card stack" aria-labelledby="title" data-testid="overview">
      <div class="row between">
        <div class="grow">
          <h2 id="title" style="display: flex">${pathText(workspace.name)}</h2>
          <p class="quiet small">
            ${
              {
                picked: 'A folder on your disk. Results are written into it.',
                private: 'A folder in this browser’s private storage. Download it to keep it elsewhere.',
                uploaded: 'A copy in this browser’s private storage. Download it to get the results.',
                memory: 'A folder in memory, gone when this tab is closed. Download it to keep it.',
              }[workspace.kind]
            }
          </p>
        </div>
        <div class="row" style="gap: var(--wa-space-xs)">
          <cdl-download-zip></cdl-download-zip>
          <wa-button size="s" appearance="plain" ?disabled=${job !== undefined} @click=${() => this.session.value.reopen(undefined)}>Close</wa-button>
        </div>
      </div>
      <ol>
        ${steps.map(
          ({ name, title, found, what, none }, i) =>
            html`<li>
              <a class="step ${i === next ? 'next' : ''}" href=${addressOf(name)} data-step=${name} data-done=${found.length > 0}>
                <b><wa-icon class=${found.length > 0 ? 'ok' : ''} name=${found.length > 0 ? 'circle-check' : 'circle'} label=${found.length > 0 ? 'done' : 'to do'}></wa-icon>${title}</b>
                <span class="quiet small">${found.length > 0 ? count(found.length, what, what === 'split' ? 'splits' : what) : none}</span>
              </a>
            </li>`,
        )}
      </ol>
    </section>`;
  }
}
