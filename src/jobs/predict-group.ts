/** @file Who is predicted: a group that the MAPS knows, or a new one from a table or of all images of a CAPS. */
import { appError } from '../base/errors';
import { mapParallel } from '../base/parallel';
import { findTensors } from '../batches/find-tensors';
import { checkCaps, chooseImage, listSessions, sessionFiles } from '../caps/caps-index';
import type { ExtractionJson } from '../caps/extraction-json';
import type { Folder } from '../folders/folder';
import { checkName } from '../folders/names';
import { type Group, type GroupRow, readGroup } from '../maps/groups';
import { groupFolder, isTrainingGroup } from '../maps/layout';
import { readPredictOnly } from '../maps/predict-only';
import type { PredictOptions } from '../options/predict';
import type { TrainOptions } from '../options/train';
import { capsFolders, checkCohorts, cohortCaps, cohortTables } from './cohorts';
import { readGroupTable } from './group-table';
import type { JobContext } from './job-context';
import { leakIssue, refuseLeaks, sharedPeople } from './leak-check';
import { ofCohort } from './split-tables';

/** Options that say who is in a group. */
export type GroupOptions = Pick<
  PredictOptions,
  | 'data_group'
  | 'caps_directory'
  | 'participants_tsv'
  | 'use_labels'
  | 'diagnoses'
  | 'label'
  | 'skip_leak_check'
  | 'overwrite'
  | 'multi_cohort'
>;

export interface ChosenGroup {
  readonly group: Group;
  /** To be written before its results. */
  readonly isNew: boolean;
}

const atOnce = 16;

/** The table of a new group: a file, or a folder with train/labels tables of the whole group in it. */
async function groupTablePath(workspace: Folder, path: string): Promise<string> {
  if ((await workspace.kindOf(path)) !== 'folder') return path;
  const names = ['test_baseline.tsv', 'train_baseline.tsv', 'labels_baseline.tsv', 'test.tsv', 'train.tsv', 'labels.tsv'];
  for (const name of names) if ((await workspace.kindOf(`${path}/${name}`)) === 'file') return `${path}/${name}`;
  throw appError('group-table-missing', { folder: path, names: names.join(', ') }, { where: path });
}

/**
 * Every session of a CAPS that has the image of this extraction, prepared or not; an image that is not prepared stops the prediction
 * by name. Sessions without such an image are counted in the log. Throws what `checkCaps` and `listSessions` throw, `group-caps-empty`.
 */
async function rowsOfCaps(path: string, extraction: ExtractionJson, context: JobContext): Promise<GroupRow[]> {
  const caps = context.workspace.sub(path);
  await checkCaps(caps);
  const sessions = await listSessions(caps, context.issue);
  const rows = await mapParallel(sessions, atOnce, async (session): Promise<GroupRow[]> => {
    context.signal.throwIfAborted();
    const tensors = await findTensors(caps, session, extraction);
    if ('problem' in tensors && tensors.problem.code === 'tensor-missing') {
      const { problem } = chooseImage(session, await sessionFiles(caps, session), extraction.file_type);
      if (problem?.code === 'image-missing') return [];
    }
    return [{ ...session, label: null }];
  });
  const found = rows.flat();
  const { pattern } = extraction.file_type;
  if (found.length === 0) throw appError('group-caps-empty', { caps: path, pattern }, { where: path });
  const without = sessions.length - found.length;
  context.log(`All ${found.length} sessions of ${path} that have an image "${pattern}" are in the group.`);
  if (without > 0) context.log(`${without} sessions without such an image are not in the group.`);
  return found;
}

/** Reads the definition of the group, or checks and makes a new one; nothing is written here. */
export async function chooseGroup(
  maps: Folder,
  options: GroupOptions,
  training: TrainOptions,
  extraction: ExtractionJson,
  context: JobContext,
): Promise<ChosenGroup> {
  const name = options.data_group;
  const { caps_directory: caps, participants_tsv: table } = options;
  const given = caps !== null || table !== null;
  const exists = (await maps.kindOf(groupFolder(name, null))) === 'folder';
  checkName(name, 'data_group');
  if (isTrainingGroup(name)) {
    if (given || options.overwrite) throw appError('group-protected', { group: name }, { where: 'data_group' });
    if ((await readPredictOnly(maps))?.training_list === 'left out')
      throw appError('group-left-out', { group: name, maps: maps.name }, { where: 'data_group' });
    const { caps_directory, multi_cohort } = training;
    return { group: { rows: [], caps_directory, multi_cohort }, isNew: false };
  }
  if (exists && given && !options.overwrite) throw appError('group-exists', { group: name }, { where: 'data_group' });
  const label = options.label ?? training.label;
  if (exists && !given) {
    const group = await readGroup(maps, name, null, label);
    return { group, isNew: false };
  }
  if (caps === null || (table === null && options.use_labels)) {
    const missing = [caps === null ? 'caps_directory' : '', table === null && options.use_labels ? 'participants_tsv' : '']
      .filter(Boolean)
      .join(' and ');
    throw appError('group-definition', { group: name, missing }, { where: 'data_group' });
  }
  const { multi_cohort } = options;
  const diagnoses = options.diagnoses.length > 0 ? options.diagnoses : training.diagnoses;
  const diagnosisOptional = !options.use_labels && options.diagnoses.length === 0;
  const cohorts = await cohortCaps(caps, multi_cohort, context);
  const rows: GroupRow[] = [];
  if (table === null)
    for (const { cohort, path } of cohorts) rows.push(...ofCohort(cohort, await rowsOfCaps(path, extraction, context)));
  else {
    const asked = { path: table, multiCohort: multi_cohort, diagnoses, isComplete: !diagnosisOptional, caps: cohorts };
    const labelled = options.use_labels;
    const reading = { label, labelOptional: !labelled, diagnosisOptional, tell: context.issue };
    for (const one of await cohortTables(asked, context)) {
      const path = await groupTablePath(context.workspace, one.path);
      rows.push(...ofCohort(one.cohort, await readGroupTable(context.workspace, path, { ...reading, diagnoses: one.diagnoses })));
    }
  }
  const where = table ?? caps;
  for (const issue of checkCohorts(rows, where)) context.issue(issue);
  if (!options.skip_leak_check) {
    const people = await sharedPeople(maps, rows, capsFolders(cohorts, context.workspace));
    for (const issue of refuseLeaks(people, name, where, table === null)) context.issue(issue);
  }
  return { group: { rows, caps_directory: caps, multi_cohort }, isNew: true };
}

/** Says of a group that was defined, now or before, without the leak check whom it shares with the training. */
export async function tellLeaks(
  maps: Folder,
  { group, isNew }: ChosenGroup,
  options: GroupOptions,
  caps: readonly Folder[],
  context: JobContext,
): Promise<void> {
  if (isTrainingGroup(options.data_group) || (isNew && !options.skip_leak_check)) return;
  const where = groupFolder(options.data_group, null);
  const issue = leakIssue(await sharedPeople(maps, group.rows, caps), options.data_group, where);
  if (issue !== null) context.issue(issue);
}
