/** @file From elements (patches, slices, regions) to images: the mean of what was predicted. */
import type { LabelledRow } from '../prediction';
import { byImage, headOf } from './images';

/** One row per participant and session, sorted by both; `elementId` is 0. Throws `vote-labels-differ`. */
export function meanVote(rows: readonly LabelledRow[]): LabelledRow[] {
  return byImage(rows).map((elements) => ({
    ...headOf(elements),
    predicted_label: elements.reduce((sum, { predicted_label }) => sum + predicted_label, 0) / elements.length,
  }));
}
