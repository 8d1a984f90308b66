/** @file The training sets of a MAPS in numbers: how many images, and the share of each label. */
import { readFloat } from '../../base/python-number';
import { sessionText } from '../../caps/entities';
import type { Folder } from '../../folders/folder';
import { type GroupRow, placeOfGroup, readGroup } from '../../maps/groups';
import { participantKey } from '../../maps/leakage';
import { type LabelShare, type NumberRange, readPredictOnly, type TrainedOn } from '../../maps/predict-only';
import type { TrainOptions } from '../../options/train';

function sharesOf(rows: readonly GroupRow[]): LabelShare[] {
  const counts = new Map<string, number>();
  for (const { label } of rows) counts.set(label ?? '', (counts.get(label ?? '') ?? 0) + 1);
  const shares = [...counts].map(([label, images]) => ({ label, images }));
  return shares.sort((a, b) => b.images - a.images || (a.label < b.label ? -1 : 1));
}

function rangeOf(rows: readonly GroupRow[]): NumberRange | null {
  const values = rows.map(({ label }) => readFloat(label ?? 'nan')).filter(Number.isFinite);
  if (values.length === 0) return null;
  let [mean, least, greatest] = [0, Infinity, -Infinity];
  for (const value of values)
    [mean, least, greatest] = [mean + value / values.length, Math.min(least, value), Math.max(greatest, value)];
  return { mean: Number(mean.toPrecision(6)), least, greatest };
}

/** Of each split that has a table of its training set; a model that was handed over tells them itself. */
export async function trainedOn(
  maps: Folder,
  splits: readonly number[],
  { label, network_task }: Pick<TrainOptions, 'label' | 'network_task'>,
): Promise<TrainedOn[]> {
  const noted = await readPredictOnly(maps);
  if (noted !== null) return noted.training.filter(({ split }) => splits.includes(split));
  const found: TrainedOn[] = [];
  for (const split of splits) {
    if ((await maps.kindOf(`${await placeOfGroup(maps, 'train', split)}/data.tsv`)) !== 'file') continue;
    const { rows } = await readGroup(maps, 'train', split, label);
    const hasLabels = rows.some((row) => row.label !== null);
    found.push({
      split,
      images: new Set(rows.map(sessionText)).size,
      participants: new Set(rows.map(participantKey)).size,
      labels: network_task === 'classification' && hasLabels ? sharesOf(rows) : null,
      numbers: network_task === 'regression' && hasLabels ? rangeOf(rows) : null,
    });
  }
  return found;
}
