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

const modelText = ({ split, network }: { readonly split: number; readonly network: NetworkNumber }): string =>
  network === null ? `split ${split}` : `network ${network} of split ${split}`;

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

  /** One training input, or several that are alike, have no range. */
  get compares(): boolean {
    return this.#apart > 0;
  }

  async watch(batch: Batch): Promise<void> {
    if (!this.compares) return;
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
  issue(group: string, model: { readonly split: number; readonly network: NetworkNumber }, where: string): Issue | null {
    const sessions = [...this.#far.values()].sort((a, b) => b.beyond - a.beyond);
    if (sessions.length === 0) return null;
    const [{ probability, value, least, greatest }] = sessions;
    return makeIssue(
      'inputs-unlike-training',
      {
        group,
        trained: modelText(model),
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

/** Says of which networks the images of a group are not compared with those of the training, although a summary is there. */
export function tellUncompared(
  { targets, networks }: Pick<GroupStudy, 'targets' | 'networks'>,
  summaries: Summaries,
  group: string,
  { log }: Pick<JobContext, 'log'>,
): void {
  for (const { split } of targets) {
    for (const network of networks) {
      const summary = summaries(split, network);
      if (summary === null || new InputComparison(summary).compares) continue;
      const inputs = summary.inputs - summary.inputs_left_out;
      log(
        `Whether images of the group "${group}" are brighter or darker than those that ${modelText({ split, network })} was trained on is not checked: ${
          inputs === 1 ? 'it was trained on one input' : `its ${inputs} training inputs are all alike`
        }.`,
      );
    }
  }
}

const sizeText = (size: readonly number[]): string => size.map(figure).join(' × ');

/** Headers round differently: 0.9375 and 0.93749998 mm are the same. */
const sameSize = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((mm, axis) => Math.abs(mm - b[axis]) <= 0.005 * Math.max(mm, b[axis]));

/** Tells when the voxels of the first image of a group are larger or smaller than those of the training by more than 0.5 %. */
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
  if (found === null || sameSize(trained, found)) return;
  const values = { group, found: sizeText(found), trained: sizeText(trained) };
  context.issue(makeIssue('voxels-unlike-training', values, sessionText(first)));
}
