/** @file Tests and standardised differences of two groups, with how they are to be read. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Comparison, CountTest } from '../../cohort/comparison';
import { base, layout } from '../styles/shared';
import { pValue } from './words';

const countTest = (test: CountTest | null): string =>
  test === null ? pValue(null) : `${pValue(test.p)} (${test.test === 'fisher' ? 'Fisher, exact' : 'χ² on counts'})`;

@customElement('cdl-comparison-view')
export class ComparisonView extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      p {
        margin: 0;
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  @property({ attribute: false }) comparison: Comparison | undefined;

  protected override render() {
    if (this.comparison === undefined) return nothing;
    const { age, sex, labels, differences, caution } = this.comparison;
    const apart = differences.map(({ of, value }) => `${of} ${value.toFixed(2)}`).join(', ');
    return html`<div class="stack" style="gap: var(--wa-space-2xs)" data-testid="comparison">
      <p>
        Age: <b>${pValue(age)}</b> (Welch). Sex: <b>${countTest(sex)}</b>.
        ${labels === null ? nothing : html`Labels: <b>${countTest(labels)}</b>.`}
      </p>
      ${apart === '' ? nothing : html`<p>Standardised mean differences: <b>${apart}</b>.</p>`}
      <p class="quiet">${caution}</p>
    </div>`;
  }
}
