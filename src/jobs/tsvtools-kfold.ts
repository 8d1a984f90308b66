/** @file `tsvtools kfold`: one table of sessions → `<k>_fold/split-<i>/train.tsv`, … and `kfold.json`. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import { type Balance, compareGroups } from '../cohort/balance';
import { firstSessionIssue } from '../cohort/first-session';
import { kfold } from '../cohort/kfold';
import { baseline, longitudinal, optionalColumn } from '../cohort/sessions';
import { rowCount, writeTsv } from '../formats/tsv';
import type { Values } from '../options/field';
import type { tsvtoolsKfoldSchema } from '../options/tsvtools-kfold';
import type { Job } from './job-context';
import {
  checkSubsetName,
  demographicNeeds,
  freeFolder,
  type NewFile,
  parameterFile,
  readStudyTable,
  writeNewFolder,
} from './study-table';

export type TsvtoolsKfoldOptions = Values<typeof tsvtoolsKfoldSchema>;

export interface TsvtoolsKfoldResult {
  /** The new folder, beside the table. */
  readonly folder: string;
  readonly files: readonly string[];
  /** One per fold. */
  readonly balance: readonly Balance[];
  readonly seed: number;
}

/** ClinicaDL's seed; another one is recorded in `kfold.json`. */
const originalSeed = 2;

/**
 * Age and sex are joined to the table when they can be, but not needed. Throws `folds-few`, `folds-too-many`,
 * `stratification-missing`, `subset-name`, and the codes of `cohort/sessions.ts`.
 */
export const tsvtoolsKfold: Job<TsvtoolsKfoldOptions, TsvtoolsKfoldResult> = async (options, context) => {
  const { n_splits, subset_name, stratification, seed, data_tsv: where } = options;
  checkSubsetName(subset_name);
  if (n_splits < 2) throw appError('folds-few', { n_splits }, { where: 'n_splits' });
  const label = stratification ?? 'diagnosis';
  const { table } = await readStudyTable(context, where, [[label], ...demographicNeeds], options.merged_tsv);
  if (optionalColumn(table, label) === undefined)
    throw appError('stratification-missing', { file: where, column: label }, { where });

  const order = firstSessionIssue(table, where);
  if (order !== undefined) context.issue(order);
  const { folds, smallClasses, single } = kfold(baseline(table, where), n_splits, label, seed, where);
  for (const small of smallClasses) {
    context.issue(makeIssue('class-smaller-than-folds', { file: where, column: label, n_splits, ...small }, where));
  }
  if (single > 0) context.issue(makeIssue('stratification-cells-missing', { file: where, column: label, count: single }, where));
  const recorded: Readonly<Record<string, number>> = seed === originalSeed ? {} : { seed };
  const files: NewFile[] = [parameterFile('kfold.json', { n_splits, subset_name, stratification, ...recorded })];
  folds.forEach(({ train, validation }, i) => {
    const add = (name: string, bytes: Uint8Array<ArrayBuffer>): void => void files.push({ path: `split-${i}/${name}`, bytes });
    add('train_baseline.tsv', writeTsv(train));
    add('train.tsv', writeTsv(longitudinal(table, train, where)));
    add(`${subset_name}_baseline.tsv`, writeTsv(validation));
    if (options.valid_longitudinal) add(`${subset_name}.tsv`, writeTsv(longitudinal(table, validation, where)));
  });
  const balance = folds.map(({ train, validation }) =>
    compareGroups(table, { name: 'train', baseline: train }, { name: subset_name, baseline: validation }, label, where),
  );
  const folder = await freeFolder(context.workspace, where, `${n_splits}_fold`);
  context.log(`${n_splits} folds of ${folds.map((fold) => rowCount(fold.validation)).join(', ')} participants`);
  return { folder, files: await writeNewFolder(context, folder, files), balance, seed };
};
