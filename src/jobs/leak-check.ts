/** @file The training of a MAPS against a group: who is in both, and how that is told. */
import { appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { subjectsPath } from '../caps/layout';
import type { Folder } from '../folders/folder';
import { nameKey } from '../folders/names';
import { readGroup, readTrainingSessions, readTrainValidation } from '../maps/groups';
import { groupFolder, isTrainingGroup } from '../maps/layout';
import { type SameFolder, type Session, sharedParticipants } from '../maps/leakage';
import { readParameters } from '../maps/maps';
import { isListLeftOut } from '../maps/training-list';

export interface SharedPeople {
  /** In a train or validation table, or in the training that the network was transferred from. */
  readonly trained: readonly string[];
  /** Listed in `train+validation.tsv` only, as ClinicaDL lists the people of the table that lay above the splits. */
  readonly listed: readonly string[];
  /** There may be others: the training list, or that of the MAPS that the networks began with, was left out. */
  readonly incomplete: boolean;
}

/** People of a group that a MAPS has seen. `caps`: where the images of the group are, as far as that is known. */
export async function sharedPeople(maps: Folder, rows: readonly Session[], caps: readonly Folder[]): Promise<SharedPeople> {
  const groups = await readTrainingSessions(maps);
  const incomplete = await isListLeftOut(maps);
  const listed = await readTrainValidation(maps, incomplete || groups.length > 0);
  const { transfer_path, ssda_network } = await readParameters(maps);
  const transferred = typeof transfer_path === 'string' && transfer_path !== '' && transfer_path !== 'false';
  // The groups of a training that adapts are of the second domain; it has learnt from the first, and from people without labels.
  const certain = transferred || ssda_network === true || groups.length === 0 ? [...groups, ...listed] : groups;
  const sameFolder = caseOf(caps);
  const trained = await sharedParticipants(certain, rows, sameFolder);
  const all = await sharedParticipants([...certain, ...listed], rows, sameFolder);
  return { trained, listed: all.filter((name) => !trained.includes(name)), incomplete };
}

/** Asks the disks of some CAPS whether one of them takes two names for one folder. */
export function caseOf(caps: readonly Folder[]): SameFolder {
  const asked = caps.map(caseOfOne);
  return async (name, other) => {
    for (const isSame of asked) if (await isSame(name, other)) return true;
    return false;
  };
}

/** Both names are there, although the folder does not list both. */
function caseOfOne(caps: Folder): SameFolder {
  let names: Promise<ReadonlySet<string>> | undefined;
  return async (name, other) => {
    const isFolder = async (one: string): Promise<boolean> => (await caps.kindOf(`${subjectsPath}/${one}`)) === 'folder';
    if (!(await isFolder(name)) || !(await isFolder(other))) return false;
    names ??= caps.list(subjectsPath).then((entries) => new Set(entries.map((entry) => nameKey(entry.name))));
    const listed = await names;
    return !listed.has(name) || !listed.has(other);
  };
}

/**
 * Throws `data-leakage`, or `data-leakage-caps` for a group that is a whole CAPS, when a new group has anybody in common with the
 * training. As the check of ClinicaDL's `predict`, but for people who were only listed, and for a list that was left out: both are told of.
 */
export function refuseLeaks(people: SharedPeople, group: string, where: string, isCaps: boolean): Issue[] {
  const { trained, listed, incomplete } = people;
  const participants = someOf(trained);
  const count = trained.length;
  if (count > 0 && isCaps) throw appError('data-leakage-caps', { group, count, participants, caps: where }, { where });
  if (count > 0) throw appError('data-leakage', { group, count, participants }, { where });
  const unsure = { group, count: listed.length, participants: someOf(listed) };
  return [
    ...(incomplete ? [makeIssue('leak-check-left-out', { group }, where)] : []),
    ...(listed.length > 0 ? [makeIssue('seen-unsure', unsure, where)] : []),
  ];
}

/** What is said each time of a group that was defined without the check; null when it shares nobody with the training, for certain. */
export function leakIssue({ trained, incomplete }: SharedPeople, group: string, where: string): Issue | null {
  if (trained.length === 0) return incomplete ? makeIssue('leak-check-left-out', { group }, where) : null;
  return makeIssue('group-leaks', { group, count: trained.length, participants: someOf(trained) }, where);
}

/** What is shown beside the results of a group that shares people with the training, or may do so; null for any other. */
export async function leakOfGroup(
  request: { readonly path: string; readonly group: string },
  workspace: Folder,
): Promise<Issue | null> {
  const maps = workspace.sub(request.path);
  const folder = groupFolder(request.group, null);
  if (isTrainingGroup(request.group) || (await maps.kindOf(`${folder}/data.tsv`)) !== 'file') return null;
  const { rows } = await readGroup(maps, request.group, null, 'diagnosis');
  return leakIssue(await sharedPeople(maps, rows, []), request.group, folder);
}
