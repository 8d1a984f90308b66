/**
 * @file From elements (patches, slices, regions) to images: soft voting.
 *
 * p_c = Σ wᵢ·p_{i,c} / Σ wᵢ over the elements i of an image; wᵢ = aᵢ / Σ a, where aᵢ is the share of right predictions at
 * element i in the weighting table.
 */
import { appError } from '../../base/errors';
import type { ClassRow, PredictionRow } from '../prediction';
import { byImage, headOf } from './images';

export interface ElementWeight {
  readonly elementId: number;
  /** 0…1; NaN for all when no element was ever right. */
  readonly weight: number;
}

type Judged = PredictionRow & Partial<Pick<ClassRow, 'true_label' | 'predicted_label'>>;

/** How many predictions were right at each element, by ascending element id. */
export function votingCounts(
  rows: readonly Judged[],
): { readonly element: number; readonly right: number; readonly all: number }[] {
  const elements = new Map<number, { right: number; all: number }>();
  for (const row of rows) {
    const counts = elements.get(row.elementId) ?? { right: 0, all: 0 };
    counts.all++;
    if (row.true_label === row.predicted_label) counts.right++;
    elements.set(row.elementId, counts);
  }
  return [...elements].sort(([a], [b]) => a - b).map(([element, counts]) => ({ element, ...counts }));
}

/**
 * The weight of each element, by ascending element id. An accuracy below `threshold` counts as 0 (null: no threshold). When all
 * are 0 the weights are NaN, and so are voted probabilities.
 */
export function votingWeights(rows: readonly ClassRow[], threshold: number | null): ElementWeight[] {
  const accuracies = votingCounts(rows).map(({ element, right, all }) => ({ elementId: element, accuracy: right / all }));
  const kept = accuracies.map((a) => ({ ...a, accuracy: threshold !== null && a.accuracy < threshold ? 0 : a.accuracy }));
  const total = kept.reduce((sum, a) => sum + a.accuracy, 0);
  return kept.map((a) => ({ elementId: a.elementId, weight: a.accuracy / total }));
}

/**
 * One row per participant and session, sorted by both; `elementId` is 0. `weightRows`: the group itself for train and
 * validation, the validation group of the same network otherwise. Throws `vote-elements-differ`, `vote-labels-differ`.
 */
export function softVote(rows: readonly ClassRow[], weightRows: readonly ClassRow[], threshold: number | null): ClassRow[] {
  const weights = votingWeights(weightRows, threshold);
  return byImage(rows).map((image) => vote(image, weights));
}

function vote(elements: readonly ClassRow[], weights: readonly ElementWeight[]): ClassRow {
  const where = `${elements[0].participant_id} ${elements[0].session_id}`;
  const ids = elements.map((row) => row.elementId).join(', ');
  const weightIds = weights.map((weight) => weight.elementId).join(', ');
  if (ids !== weightIds) throw appError('vote-elements-differ', { image: where, found: ids, expected: weightIds }, { where });
  const head = headOf(elements);
  const total = weights.reduce((sum, weight) => sum + weight.weight, 0);
  const probabilities = elements[0].probabilities.map(
    (_, c) => elements.reduce((sum, row, i) => sum + row.probabilities[c] * weights[i].weight, 0) / total,
  );
  const best = probabilities.reduce((first, p, c) => (p > probabilities[first] ? c : first), 0);
  return { ...head, predicted_label: best, probabilities };
}
