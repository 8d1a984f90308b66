/** @file How leakage lies: the five ways, each played on cohorts where nothing can be learnt. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { PlayLeakResult } from '../../jobs/play-leak/play-leak';
import { leakTexts } from '../../options/play-leak';
import { base, controls, layout } from '../styles/shared';
import './chart';
import './command-form';
import { leakChart } from './leak-chart';

const names = Object.keys(leakTexts) as readonly (keyof typeof leakTexts)[];
const suggested = { scenario: 'biased-split', output_directory: 'leaks' };

@customElement('cdl-leak-play')
export class LeakPlay extends LitElement {
  static override styles = [
    base,
    layout,
    controls,
    css`
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
        margin: 0;
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      dd {
        margin: 0;
      }
      @media (max-width: 30rem) {
        dl {
          grid-template-columns: minmax(0, 1fr);
        }
        dd {
          margin-block-end: var(--wa-space-xs);
        }
      }
    `,
  ];

  protected override render() {
    return html`<section class="card stack" aria-labelledby="leaks" data-testid="leaks">
      <h2 id="leaks">See leakage lie</h2>
      <p class="quiet">
        Ten simulated cohorts in which AD is but a word: nothing can be learnt, and the true accuracy is 0.5. The same network is
        trained honestly and with a leak. How far the two lie apart depends on the design:
        <a href="guide/played-leaks.html" target="_blank">how it is played</a>.
      </p>
      <dl>
        ${names.map(
          (name) => html`<dt>${leakTexts[name].title}</dt>
            <dd>${leakTexts[name].mistake}</dd>`,
        )}
      </dl>
      <cdl-command-form
        command="play-leak"
        run-label="Play"
        .suggested=${suggested}
        .drawResult=${(result: unknown) => this.result(result as PlayLeakResult)}
      ></cdl-command-form>
    </section>`;
  }

  private result(result: PlayLeakResult) {
    const { title } = leakTexts[result.scenario];
    return html`<cdl-chart .spec=${leakChart(title, result)}></cdl-chart>
      <p class="quiet small">
        All of it stands in <code>${result.table.replace(/\/[^/]*$/, '')}</code>: tables and MAPS of both studies of each seed, and
        <code>lines.txt</code> with the lines that made them.
      </p>
      ${result.summary === null ? nothing : html`<p>Leaking minus honest: ${(100 * result.summary.gap.mean).toFixed(0)} points on average.</p>`}`;
  }
}
