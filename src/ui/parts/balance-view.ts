/** @file Two sets of participants side by side: age, sex, labels, and the tests between them. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Balance, GroupBalance } from '../../cohort/balance';
import { base, layout } from '../styles/shared';
import './chart';
import './comparison-view';
import { type AgeOfGroup, ageChart, type ShareOfGroup, shareChart } from './charts';
import { tileStyles, tiles } from './tiles';
import { count, pValue } from './words';

/** `…/split/train_baseline.tsv` → `train`. */
function nameOf({ name }: GroupBalance): string {
  return (name.split('/').at(-1) ?? name).replace(/(_baseline)?\.tsv$/, '');
}

function shares(
  groups: readonly GroupBalance[],
  counts: (group: GroupBalance) => Readonly<Record<string, number>> | null,
): ShareOfGroup[] {
  return groups.flatMap((group) => {
    const found = Object.entries(counts(group) ?? {});
    const all = found.reduce((sum, [, number]) => sum + number, 0);
    return found.map(([value, number]) => ({ group: nameOf(group), value, count: number, share: all === 0 ? 0 : number / all }));
  });
}

@customElement('cdl-balance-view')
export class BalanceView extends LitElement {
  static override styles = [
    base,
    layout,
    tileStyles,
    css`
      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
        gap: var(--wa-space-l);
      }
      .p {
        margin-block-start: var(--wa-space-2xs);
        font-size: var(--wa-font-size-s);
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  @property({ attribute: false }) balance: Balance | undefined;

  protected override render() {
    const { balance } = this;
    if (balance === undefined) return nothing;
    const { groups, pAge, pSex, comparison } = balance;
    const ages = groups.flatMap(({ age, ...group }): AgeOfGroup[] =>
      age === null ? [] : [{ ...age, name: nameOf({ age, ...group }) }],
    );
    const sexes = shares(groups, ({ sex }) => sex);
    const labels = shares(groups, (group) => group.labels);
    return html`<div class="stack">
      ${tiles(
        groups.map((group) => ({
          label: nameOf(group),
          value: group.participants.toLocaleString('en'),
          note: `${group.participants === 1 ? 'participant' : 'participants'}, ${count(group.sessions, 'session')}`,
        })),
      )}
      <div class="charts">
        ${
          ages.length === 0
            ? nothing
            : html`<div>
                <cdl-chart .spec=${ageChart(ages)}></cdl-chart>
                <p class="p">Mean, one standard deviation (thick) and range (thin). t-test of the means: <b>${pValue(pAge)}</b>.</p>
              </div>`
        }
        ${
          sexes.length === 0
            ? nothing
            : html`<div>
                <cdl-chart .spec=${shareChart('Sex', sexes)}></cdl-chart>
                <p class="p">χ² test of the shares, as tsvtools split makes it: <b>${pValue(pSex)}</b>.</p>
              </div>`
        }
        ${labels.length === 0 ? nothing : html`<div><cdl-chart .spec=${shareChart('Diagnosis', labels)}></cdl-chart></div>`}
      </div>
      ${comparison === null ? nothing : html`<cdl-comparison-view .comparison=${comparison}></cdl-comparison-view>`}
    </div>`;
  }
}
