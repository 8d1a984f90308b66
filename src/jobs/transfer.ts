/** @file `--transfer_path`: the networks of a MAPS that those of a training begin with, and who they have seen. */
import { AppError, appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { sessionText } from '../caps/entities';
import type { Folder } from '../folders/folder';
import { readFirstDomain } from '../maps/first-domain';
import { type GroupRow, placeOfGroup, readGroup, readTrainingSessions, readTrainValidation } from '../maps/groups';
import type { Begins } from '../maps/journal';
import { modelFile, type NetworkNumber } from '../maps/layout';
import { type Session, sharedParticipants } from '../maps/leakage';
import { listMetrics, listSplits, readParameters, splitPrefix } from '../maps/maps';
import { networkCount } from '../maps/network-count';
import { isListLeftOut } from '../maps/training-list';
import type { Network } from '../networks/graph';
import type { StateDict } from '../networks/state-dict';
import { transferredState } from '../networks/transfer';
import { modernMapsJson } from '../options/derive/maps-json-versions';
import type { TrainOptions } from '../options/train';
import type { JobContext } from './job-context';
import { caseOf } from './leak-check';
import { readCheckpointFile } from './read-weights';
import type { SplitRows } from './split-tables';
import { mapsPlace, rememberedPath } from './study-paths';

export interface Transfer {
  /** The state that a network of a split begins with, of the one drawn. */
  begin(drawn: StateDict, place: { readonly split: number; readonly network: NetworkNumber }): Promise<StateDict>;
  /** Sessions of its training, and of what it began with itself. */
  readonly seen: readonly Session[];
  /** It has seen others, too, of whom nothing is known. */
  readonly seenOthers: boolean;
}

/** What the journal says of the weights that networks begin with. */
export function beginsOf(options: TrainOptions): Begins {
  const source = transferSource(options);
  if (source !== null) return { with: 'networks of a MAPS', source, metric: options.transfer_selection_metric };
  return { with: options.pretrained === null ? 'drawn weights' : 'weights of a file' };
}

export interface TransferRequest {
  /** The MAPS, in the workspace. */
  readonly source: string;
  /** `best-<metric>` of it. */
  readonly metric: string;
  readonly network: Network;
  readonly networks: readonly NetworkNumber[];
  /** Tables of the splits that are trained. */
  readonly tables: readonly SplitRows[];
  /** CAPS of the training, of each cohort. */
  readonly caps: readonly Folder[];
}

/** The MAPS to transfer from; null: weights are drawn. */
export const transferSource = ({ transfer_path: path }: Pick<TrainOptions, 'transfer_path'>): string | null =>
  path === false || path === '' ? null : path;

/**
 * Reads every network that a split begins with once, so that what does not fit is told before anything is written. Throws `maps-missing`,
 * `transfer-split`, `transfer-networks`, `transfer-class`, `transfer-mismatch`, and what reading throws; tells `transfer-seen` and
 * `transfer-list-left-out`.
 */
export async function openTransfer(request: TransferRequest, context: JobContext): Promise<Transfer> {
  const { source, metric, network, networks, tables, caps } = request;
  const maps = context.workspace.sub(source);
  const parameters = modernMapsJson(await readParameters(maps, source));
  const { architecture, multi_network } = parameters;
  const prefix = await splitPrefix(maps);
  const several = multi_network === true;
  const [found, wanted] = [several ? await networkCount(maps, parameters) : 1, networks.length];
  if (several && found !== wanted) throw appError('transfer-networks', { source, found, wanted }, { where: source });
  const begin: Transfer['begin'] = async (drawn, { split, network: number }) => {
    const path = modelFile(split, metric, several ? number : null, prefix);
    const { model } = await readCheckpointFile(maps, path, context);
    return transferredState(network, drawn, { architecture: String(architecture), state: model, path: `${source}/${path}` });
  };
  for (const { split } of tables) {
    const metrics = await listMetrics(maps, split, prefix);
    if (!metrics.includes(metric)) {
      const there = (await listSplits(maps)).map(
        async (one) => `split ${one} (${(await listMetrics(maps, one, prefix)).join(', ')})`,
      );
      const values = { source, split, metric, found: (await Promise.all(there)).join(', ') || 'no trained split' };
      throw appError('transfer-split', values, { where: source });
    }
    for (const number of networks) await begin(new Map(), { split, network: number });
  }
  for (const { split, validation } of tables) {
    const shared = await sharedParticipants(await trainedOn(source, split, context), validation, caseOf(caps));
    if (shared.length === 0) continue;
    context.issue(makeIssue('transfer-seen', { split, count: shared.length, participants: someOf(shared) }, source));
  }
  const seenOthers = await isListLeftOut(maps);
  if (seenOthers) context.issue(makeIssue('transfer-list-left-out', { source }, source));
  context.log(`Each network begins with the weights of ${String(architecture)} in "${source}", best by ${metric}.`);
  return { begin, seen: await readTrainValidation(maps, true), seenOthers };
}

/**
 * Who the networks of a split were trained on: its training set, of domain adaptation also whoever it learnt from beside that, and those
 * of the MAPS that it began with, and so on.
 */
export async function trainedOn(
  source: string,
  split: number,
  context: Pick<JobContext, 'workspace'>,
  before: readonly string[] = [],
): Promise<Session[]> {
  const maps = context.workspace.sub(source);
  const group = await placeOfGroup(maps, 'train', split);
  const own: Session[] =
    (await maps.kindOf(`${group}/data.tsv`)) === 'file' ? [...(await readGroup(maps, 'train', split, null)).rows] : [];
  const { transfer_path, ssda_network } = await readParameters(maps);
  const first = ssda_network === true ? await readFirstDomain(maps) : null;
  own.push(...(first?.learntFrom(split) ?? []));
  const transferred = typeof transfer_path === 'string' && transfer_path !== '';
  const chain = transferred ? await chainOf(transfer_path, source, context) : undefined;
  if (chain !== undefined && !before.includes(chain)) own.push(...(await trainedOn(chain, split, context, [...before, source])));
  const isKnown = (ssda_network !== true || first !== null) && (!transferred || chain !== undefined);
  if (isKnown) return own;
  // Nothing but the list is left. It has everybody; those who are in none of its groups are of the first domain or have no labels, or come
  // from the networks that it began with, and whether they were only validated on is not known.
  const listed = new Set([...(await readTrainingSessions(maps)), ...(first?.all ?? [])].map(sessionText));
  return [...own, ...(await readTrainValidation(maps, true)).filter((row) => !listed.has(sessionText(row)))];
}

/** Where the source of a source is; undefined where it is not in the opened folder. */
export async function chainOf(
  path: string,
  source: string,
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<string | undefined> {
  const quiet = { workspace, log: () => {}, issue: () => {} };
  try {
    const found = await rememberedPath(path, await mapsPlace(workspace.sub(source), source), quiet);
    await readParameters(workspace.sub(found));
    return found;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** What `groups/train+validation.tsv` lists of a training that begins with a transfer: its own sessions, then those of the source. */
export function withSeen(own: readonly GroupRow[], transfer: Transfer | null): readonly Session[] {
  if (transfer === null) return own;
  const known = new Set(own.map(sessionText));
  return [...own, ...transfer.seen.filter((row) => !known.has(sessionText(row)))];
}
