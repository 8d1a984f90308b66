/** @file Two raters compared: Cohen's kappa, the 2 × 2 table, and what they differ about. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CompareResult } from '../../jobs/quality-check/compare';
import { base, layout, tables } from '../styles/shared';
import './data-table';
import { tileStyles, tiles } from './tiles';
import { decimal } from './words';

@customElement('cdl-agreement')
export class AgreementView extends LitElement {
  static override styles = [
    base,
    layout,
    tables,
    tileStyles,
    css`
      .table-box {
        max-inline-size: 30rem;
      }
    `,
  ];

  @property({ attribute: false }) result!: CompareResult;

  protected override render() {
    const { agreement, differences, alone } = this.result;
    const { n, table, observed, kappa } = agreement;
    const [[both, onlyFirst], [onlySecond, neither]] = table;
    return html`<div class="stack" data-testid="agreement">
      ${tiles([
        {
          label: 'Cohen’s kappa',
          value: kappa === null ? 'undefined' : decimal(kappa),
          ...(kappa === null ? { note: 'one rater used a single answer' } : {}),
        },
        {
          label: 'Sessions compared',
          value: n.toLocaleString('en'),
          ...(alone > 0 ? { note: `${alone} with one answer only` } : {}),
        },
        { label: 'Same answer', value: `${(100 * observed).toFixed(1)} %` },
      ])}
      <div class="table-box">
        <table>
          <caption>
            Sessions by both answers
          </caption>
          <thead>
            <tr>
              <th scope="col"></th>
              <th scope="col" class="number">second: pass</th>
              <th scope="col" class="number">second: fail</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">first: pass</th>
              <td class="number">${both}</td>
              <td class="number">${onlyFirst}</td>
            </tr>
            <tr>
              <th scope="row">first: fail</th>
              <td class="number">${onlySecond}</td>
              <td class="number">${neither}</td>
            </tr>
          </tbody>
        </table>
      </div>
      ${
        differences.length === 0
          ? nothing
          : html`<cdl-data-table
              caption="Where they differ"
              .columns=${['Participant', 'Session', 'First', 'Second', 'First comment', 'Second comment'].map((name) => ({ name }))}
              .rows=${differences.map((one) => [
                one.participant_id,
                one.session_id,
                one.first ? 'pass' : 'fail',
                one.second ? 'pass' : 'fail',
                one.first_comment,
                one.second_comment,
              ])}
            ></cdl-data-table>`
      }
    </div>`;
  }
}
