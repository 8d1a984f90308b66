/** @file The predictions of a result, one row each. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ResultView } from '../../jobs/result-view';
import type { PredictionLevel } from '../../maps/layout';
import './data-table';
import { decimal, elementOf } from './words';

interface OnlyWrong {
  readonly value: boolean;
  set(value: boolean): void;
}

export function predictionsView(view: ResultView, level: PredictionLevel, onlyWrong: OnlyWrong): TemplateResult {
  return view.task === 'classification' ? classified(view, level, onlyWrong) : plain(view, level);
}

function classified({ rows, classes }: ResultView, level: PredictionLevel, onlyWrong: OnlyWrong): TemplateResult {
  const labelled = rows.every((row) => row.true_label !== undefined);
  const isWrong = (row: ResultView['rows'][number]): boolean => row.true_label !== row.predicted_label;
  const shown = onlyWrong.value && labelled ? rows.filter(isWrong) : rows;
  const several = new Set(rows.map(({ elementId }) => elementId)).size > 1;
  const name = (label: number | undefined): string => (label === undefined ? '–' : (classes[label] ?? String(label)));
  return html`<section class="card stack" aria-labelledby="predictions">
    <div class="row between">
      <h2 id="predictions">Predictions</h2>
      ${
        labelled
          ? html`<label class="row" style="gap: 0.5em">
              <input
                type="checkbox"
                .checked=${onlyWrong.value}
                @change=${(event: Event) => onlyWrong.set((event.target as HTMLInputElement).checked)}
              />Mistakes only (${rows.filter(isWrong).length})
            </label>`
          : nothing
      }
    </div>
    <cdl-data-table
      caption="Predictions"
      .columns=${[
        { name: 'Participant' },
        { name: 'Session' },
        ...(several ? [{ name: level, number: true }] : []),
        ...(labelled ? [{ name: 'True' }] : []),
        { name: 'Predicted' },
        ...(labelled ? [{ name: 'Verdict' }] : []),
        ...classes.map((label) => ({ name: `p(${label})`, number: true })),
      ]}
      .rows=${shown.map((row) => [
        row.participant_id || '–',
        row.session_id || '–',
        ...(several ? [String(row.elementId)] : []),
        ...(labelled ? [name(row.true_label)] : []),
        name(row.predicted_label),
        ...(labelled ? [isWrong(row) ? '✗ wrong' : '✓ right'] : []),
        ...row.probabilities.map((probability) => decimal(probability)),
      ])}
    ></cdl-data-table>
  </section>`;
}

const titles: Readonly<Record<string, string>> = {
  participant_id: 'Participant',
  session_id: 'Session',
  true_label: 'True',
  predicted_label: 'Predicted',
};

/** The column of the element, of whatever mode. */
const isElement = (name: string): boolean => name.endsWith('_id') && titles[name] === undefined;

/** The table as it stands; without labels ClinicaDL writes −1 as the true value, which is left out. */
function plain({ table, metrics, task }: ResultView, level: PredictionLevel): TemplateResult {
  if (table === null) return html``;
  const isUnlabelled = metrics === null && table.rows.every((row) => Number(row[table.header.indexOf('true_label')]) === -1);
  const isOne = (at: number): boolean => new Set(table.rows.map((row) => row[at])).size <= 1;
  const columns = table.header.flatMap((name, at) => {
    const isIdle = (isUnlabelled && name === 'true_label') || (isElement(name) && isOne(at));
    return isIdle ? [] : [{ name, at }];
  });
  const isText = (name: string): boolean => name.endsWith('_id');
  return html`<section class="card stack" aria-labelledby="predictions">
    <h2 id="predictions">${task === 'regression' ? 'Predictions' : `Each ${elementOf(level)}`}</h2>
    <cdl-data-table
      caption=${task === 'regression' ? 'Predictions' : `Metrics of each ${elementOf(level)}`}
      .columns=${columns.map(({ name }) => ({ name: titles[name] ?? (isElement(name) ? level : name), number: !isText(name) }))}
      .rows=${table.rows.map((row) => columns.map(({ name, at }) => (isText(name) ? row[at] : decimal(pythonNumber(row[at])))))}
    ></cdl-data-table>
  </section>`;
}

function pythonNumber(cell: string): number {
  return cell === 'inf' ? Infinity : cell === '' ? Number.NaN : Number(cell);
}
