/** @file The tables of the target domain of `--ssda_network`: labelled splits, people without labels, and who is on several sides. */
import { appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { sessionText } from '../caps/entities';
import type { Folder } from '../folders/folder';
import { type GroupRow, singleCohort } from '../maps/groups';
import { type SameFolder, sharedParticipants } from '../maps/leakage';
import type { TrainOptions } from '../options/train';
import { cohortTables } from './cohorts';
import { readGroupTable } from './group-table';
import type { JobContext } from './job-context';
import { readSplits, type SplitRows, type SplitTableOptions } from './split-tables';

export interface TargetTables {
  readonly splits: readonly SplitRows[];
  readonly unlabelled: readonly GroupRow[];
}

/** What ClinicaDL calls the two domains. */
const domains: readonly string[] = ['t1', 'flair'];

/** Every row of a table of the target names its domain. Throws `domain-missing`, `domain-unknown`, and what reading throws. */
async function checkDomains(workspace: Folder, path: string, rows: readonly GroupRow[]): Promise<void> {
  const read = { diagnoses: [], everyRow: true, label: 'domain', labelOptional: true } as const;
  const used = new Set(rows.map(sessionText));
  const found = (await readGroupTable(workspace, path, read)).filter((row) => used.has(sessionText(row)));
  const bare = found.filter(({ label }) => label === null);
  if (bare.length > 0) {
    const values = { path, count: bare.length, total: found.length, sessions: someOf(bare.map(sessionText)) };
    throw appError('domain-missing', values, { where: path });
  }
  const strange = [...new Set(found.flatMap(({ label }) => (domains.includes(label ?? '') ? [] : [label ?? ''])))];
  if (strange.length > 0) throw appError('domain-unknown', { path, found: someOf(strange) }, { where: path });
}

/** The tables that the options name. Throws what reading splits and tables throws, `domain-missing`, `domain-unknown`. */
export async function readTargetTables(
  { tsv_target_lab, tsv_target_unlab, diagnoses }: TrainOptions,
  tableOptions: SplitTableOptions,
  context: JobContext,
): Promise<TargetTables> {
  const { workspace } = context;
  const request = { path: tsv_target_lab, multiCohort: false, diagnoses, caps: [{ cohort: singleCohort, path: tsv_target_lab }] };
  const splits = await readSplits(workspace, await cohortTables(request, context), tableOptions);
  for (const { train, validation, trainPath, validationPath } of splits) {
    await checkDomains(workspace, trainPath, train);
    await checkDomains(workspace, validationPath, validation);
  }
  // Nothing is asked of their labels: whoever stands there is learnt from.
  const { tell } = tableOptions;
  const everyone = { diagnoses: [], everyRow: true, label: null, ...(tell === undefined ? {} : { tell }) };
  const unlabelled = await readGroupTable(workspace, tsv_target_unlab, everyone);
  await checkDomains(workspace, tsv_target_unlab, unlabelled);
  return { splits, unlabelled: unlabelled.map((row) => ({ ...row, label: null })) };
}

/**
 * People whose validation is not about new people, in either domain, beside those that `leakIssues` finds in one of them; and those whom
 * the target has with and without labels.
 */
export async function targetLeaks(
  source: readonly SplitRows[],
  { splits, unlabelled }: TargetTables,
  unlabelledPath: string,
  sameFolder: SameFolder,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  const compare = async (split: number, validated: Side, seen: Side): Promise<void> => {
    const shared = await sharedParticipants(seen.rows, validated.rows, sameFolder);
    if (shared.length === 0) return;
    const values = { split, count: shared.length, validated: validated.path, seen: seen.path, participants: someOf(shared) };
    issues.push(makeIssue('target-leakage', values, validated.path, 'error'));
  };
  const nameless = { rows: unlabelled, path: unlabelledPath };
  for (const [i, target] of splits.entries()) {
    const own = source[i];
    const validated = { rows: target.validation, path: target.validationPath };
    const ofSource = { rows: own.validation, path: own.validationPath };
    await compare(i, validated, { rows: own.train, path: own.trainPath });
    await compare(i, validated, nameless);
    await compare(i, ofSource, { rows: target.train, path: target.trainPath });
    await compare(i, ofSource, nameless);
  }
  const learnt = splits.flatMap(({ train }) => train);
  const twice = await sharedParticipants(learnt, unlabelled, sameFolder);
  if (twice.length > 0) {
    const values = { path: unlabelledPath, count: twice.length, participants: someOf(twice) };
    issues.push(makeIssue('target-twice', values, unlabelledPath));
  }
  return issues;
}

interface Side {
  readonly rows: readonly GroupRow[];
  readonly path: string;
}
