/** @file The images of a prediction beside those of the training, by the summary that the training stored. */
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import type { Batch } from '../batches/batch';
import { sessionText } from '../caps/entities';
import { quantilesOfBatch } from '../learning/summary/input-summary';
import { isTrainingGroup, type NetworkNumber } from '../maps/layout';
import { readSummary, type TrainingSummary } from '../maps/training-summary';
import type { GroupStudy } from './group-study';
import type { JobContext } from './job-context';
import { voxelSizeOf } from './summarise-training';

const figure = (value: number): string => String(Number(value.toPrecision(4)));

interface Far {
  readonly session: string;
  readonly probability: number;
  readonly value: number;
  readonly least: number;
  readonly greatest: number;
  readonly beyond: number;
}

/**
 * Finds inputs whose intensities lie far from those of the training: at some quantile they are further outside of the range of the
 * training inputs than these lie apart at any quantile. The least and the greatest voxel are left aside: one voxel can be anything.
 */
export class InputComparison {
  readonly #summary: TrainingSummary;
  /** Places of the quantiles that are compared. */
  readonly #compared: readonly number[];
  /** How far the training inputs lie apart, at most. */
  readonly #apart: number;
  readonly #far = new Map<string, Far>();
  #inputs = 0;
  #farInputs = 0;

  constructor(summary: TrainingSummary) {
    this.#summary = summary;
    const { probabilities, least, greatest } = summary.intensity;
    this.#compared = probabilities.flatMap((p, i) => (p > 0 && p < 1 ? [i] : []));
    this.#apart = Math.max(0, ...this.#compared.map((i) => greatest[i] - least[i]));
  }

  async watch(batch: Batch): Promise<void> {
    // One training input, or several that are alike, have no range.
    if (this.#apart === 0) return;
    for (const [n, quantiles] of (await quantilesOfBatch(batch)).entries()) {
      this.#inputs++;
      const far = this.#farthest(sessionText(batch.samples[n]), quantiles);
      if (far === undefined) continue;
      this.#farInputs++;
      if (far.beyond > (this.#far.get(far.session)?.beyond ?? 0)) this.#far.set(far.session, far);
    }
  }

  #farthest(session: string, quantiles: readonly number[]): Far | undefined {
    const { probabilities, least, greatest } = this.#summary.intensity;
    const all = this.#compared.map((i) => ({
      session,
      probability: probabilities[i],
      value: quantiles[i],
      least: least[i],
      greatest: greatest[i],
      beyond: Math.max(least[i] - quantiles[i], quantiles[i] - greatest[i]),
    }));
    const [first] = all.toSorted((a, b) => b.beyond - a.beyond);
    return first !== undefined && first.beyond > this.#apart ? first : undefined;
  }

  /** Null where no input is far. */
  issue(group: string, split: number, where: string): Issue | null {
    const sessions = [...this.#far.values()].sort((a, b) => b.beyond - a.beyond);
    if (sessions.length === 0) return null;
    const [{ probability, value, least, greatest }] = sessions;
    return makeIssue(
      'inputs-unlike-training',
      {
        group,
        split,
        count: this.#farInputs,
        total: this.#inputs,
        percent: figure(100 * probability),
        value: figure(value),
        least: figure(least),
        greatest: figure(greatest),
        apart: figure(this.#apart),
        sessions: someOf(sessions.map(({ session }) => session)),
      },
      where,
    );
  }
}

/** What the training stored, by split and network; null where it stored nothing, and for its own groups. */
export type Summaries = (split: number, network: NetworkNumber) => TrainingSummary | null;

/** Of the first best model of each split: its inputs are those of all. Throws what `readSummary` throws. */
export async function trainingSummaries(
  { maps, targets, networks }: Pick<GroupStudy, 'maps' | 'targets' | 'networks'>,
  group: string,
): Promise<Summaries> {
  const found = new Map<string, TrainingSummary | null>();
  const key = (split: number, network: NetworkNumber): string => `${split} ${network}`;
  if (!isTrainingGroup(group))
    for (const { split, metrics } of targets)
      for (const network of networks) found.set(key(split, network), await readSummary(maps, split, metrics[0], network));
  return (split, network) => found.get(key(split, network)) ?? null;
}

const sizeText = (size: readonly number[]): string => size.map((mm) => String(Number(mm.toPrecision(3)))).join(' × ');

/** Tells when the voxels of the first image of a group are not as large as those of the training, to three digits. */
export async function tellVoxels(
  { study, data, targets, networks }: Pick<GroupStudy, 'study' | 'data' | 'targets' | 'networks'>,
  summaries: Summaries,
  group: string,
  context: JobContext,
): Promise<void> {
  const [{ split }] = targets;
  const trained = summaries(split, networks[0])?.voxel_size ?? null;
  const first = data.get(split)?.first;
  if (trained === null || first === undefined) return;
  const found = await voxelSizeOf(() => study.places(), first, first.elementId);
  if (found === null || sizeText(trained) === sizeText(found)) return;
  const values = { group, found: sizeText(found), trained: sizeText(trained) };
  context.issue(makeIssue('voxels-unlike-training', values, sessionText(first)));
}
