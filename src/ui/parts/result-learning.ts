/** @file How a network of a MAPS learned: the curves of its training.tsv, or why there are none. */
import { html, nothing, type TemplateResult } from 'lit';
import type { CurveView } from '../../jobs/training-curves';
import { besideLoss, bestEpochs, type CurveTable, filePoints, hasMeans, isSmallest, lossLabel, metricsIn } from '../state/curves';
import './chart';
import { curveChart, metricChart } from './charts';

export interface ShownNetwork {
  readonly split: number;
  /** Metric by which it was chosen. */
  readonly selection: string;
}

/** @param choose is told of another network of the split, where it has several */
export function learningView(
  curves: CurveView,
  { split, selection }: ShownNetwork,
  choose: (network: number) => void,
): TemplateResult {
  return html`<section class="card stack" aria-labelledby="learning">
    <h2 id="learning">How it learned</h2>
    ${curves.networks.length === 0 ? nothing : networkChoice(curves, choose)}
    ${curves.rows.length === 0 ? html`<p class="quiet" data-testid="no-curves">${whyNone(curves)}</p>` : drawn(curves, split, selection)}
  </section>`;
}

/** Each element has a network of its own, and each network its own curves. */
function networkChoice({ networks, network }: CurveView, choose: (network: number) => void): TemplateResult {
  const chosen = (event: Event): void => choose(Number((event.target as HTMLSelectElement).value));
  return html`<div class="choosers">
    <div>
      <label for="choose-network">Network of element</label>
      <select id="choose-network" class="control" data-testid="choose-network" @change=${chosen}>
        ${networks.map((one) => html`<option value=${one} ?selected=${one === network}>${one}</option>`)}
      </select>
    </div>
  </div>`;
}

function whyNone({ network, columns }: CurveView): string {
  const whose = network === null ? 'this split' : `network ${network}`;
  return columns.length === 0
    ? `There are no curves: ${whose} has no training.tsv.`
    : `There are no curves: the training.tsv of ${whose} has no rows. ClinicaDL 1.6.1 writes them with --evaluation_steps only.`;
}

interface Figures {
  readonly table: CurveTable;
  readonly split: number;
  readonly best: ReadonlyMap<number, number>;
  /** Behind each title: of which domain it is. */
  readonly whose: string;
}

function figures({ table, split, best, whose }: Figures): TemplateResult {
  const loss = filePoints(table, split, 'loss');
  const beside = besideLoss(metricsIn(table));
  const points = beside === undefined ? [] : filePoints(table, split, beside);
  const label = lossLabel(table.batches ?? { train: null, valid: null });
  return html`<div class="figures">
      ${loss.length === 0 ? nothing : html`<cdl-chart .spec=${curveChart({ title: `Loss${whose}`, label, points: loss, best })}></cdl-chart>`}
      ${beside === undefined ? nothing : html`<cdl-chart .spec=${metricChart(beside, { points, best, whose })}></cdl-chart>`}
    </div>`;
}

function drawn(curves: CurveView, split: number, selection: string): TemplateResult {
  const { columns, target } = curves;
  const judging: CurveTable = target === null ? curves : { columns, ...target, steps: 0 };
  const best = bestEpochs(filePoints(judging, split, selection), isSmallest(selection));
  const beside = besideLoss(metricsIn(curves));
  return html`${
    target === null
      ? figures({ table: curves, split, best, whose: '' })
      : html`${figures({ table: judging, split, best, whose: ' on the target' })}
          ${figures({ table: curves, split, best: new Map(), whose: ' on the source' })}`
  }
    <p class="quiet small">
      ${beside === 'BA' ? 'The dotted line is guessing. ' : nothing}
      ${
        best.has(split)
          ? `The ring marks the end of the epoch with the ${isSmallest(selection) ? 'smallest' : 'largest'} validation ${selection}${target === null ? '' : ' on the target'}, whose network was kept. `
          : nothing
      }
      ${
        hasMeans(judging.batches ?? curves.batches)
          ? 'The file holds losses summed over batches; here each is divided by its number of batches, so that train and validation can be compared.' +
            (target === null ? '' : ' Those of the source stay sums.')
          : 'Losses are summed over batches, and the groups have different numbers of them: train and validation cannot be compared by their height.'
      }
    </p>`;
}
