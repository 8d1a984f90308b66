/** @file How a network of a MAPS learned: the curves of its training.tsv, or why there are none. */
import { html, nothing, type TemplateResult } from 'lit';
import type { CurveView } from '../../jobs/training-curves';
import { besideLoss, bestEpochs, filePoints, hasMeans, isSmallest, lossLabel, metricsIn } from '../state/curves';
import './chart';
import { curveChart, metricChart } from './charts';

/** @param selection metric by which the shown network was chosen */
export function learningView(curves: CurveView, split: number, selection: string): TemplateResult {
  return html`<section class="card stack" aria-labelledby="learning">
    <h2 id="learning">How it learned</h2>
    ${curves.rows.length === 0 ? html`<p class="quiet" data-testid="no-curves">${whyNone(curves)}</p>` : drawn(curves, split, selection)}
  </section>`;
}

function whyNone({ networkLogs, columns }: CurveView): string {
  if (networkLogs > 0)
    return `Not drawn here yet: each of the ${networkLogs} networks of this split has a training.tsv of its own, in training_logs/network-….`;
  return columns.length === 0
    ? 'There are no curves: this split has no training.tsv.'
    : 'There are no curves: the training.tsv of this split has no rows. ClinicaDL 1.6.1 writes them with --evaluation_steps only.';
}

function drawn(curves: CurveView, split: number, selection: string): TemplateResult {
  const selected = filePoints(curves, split, selection);
  const best = bestEpochs(selected, isSmallest(selection));
  const loss = filePoints(curves, split, 'loss');
  const beside = besideLoss(metricsIn(curves));
  const points = beside === undefined ? [] : filePoints(curves, split, beside);
  return html`<div class="figures">
      ${loss.length === 0 ? nothing : html`<cdl-chart .spec=${curveChart({ title: 'Loss', label: lossLabel(curves.batches), points: loss, best })}></cdl-chart>`}
      ${beside === undefined ? nothing : html`<cdl-chart .spec=${metricChart(beside, { points, best })}></cdl-chart>`}
    </div>
    <p class="quiet small">
      ${beside === 'BA' ? 'The dotted line is guessing. ' : nothing}
      ${
        best.has(split)
          ? `The ring marks the end of the epoch with the ${isSmallest(selection) ? 'smallest' : 'largest'} validation ${selection}, whose network was kept. `
          : nothing
      }
      ${
        hasMeans(curves.batches)
          ? 'The file holds losses summed over batches; here each is divided by its number of batches, so that train and validation can be compared.'
          : 'Losses are summed over batches, and the groups have different numbers of them: train and validation cannot be compared by their height.'
      }
    </p>`;
}
