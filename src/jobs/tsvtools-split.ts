/** @file `tsvtools split`: one table of sessions → `split/train.tsv`, `split/<subset>_baseline.tsv`, … and `split.json`. */
import { appError } from '../base/errors';
import { NumpyRandom } from '../base/numpy-random';
import { pyFloat } from '../base/python-number';
import { type Balance, compareGroups, describeGroup } from '../cohort/balance';
import { comparisonText } from '../cohort/comparison';
import { firstSessionIssue } from '../cohort/first-session';
import { baseline, longitudinal, sortedSessions } from '../cohort/sessions';
import { type AfterTry, alikeSplit, type BaselineSplit, balancedSplit, randomSplit, testSizeOf } from '../cohort/split';
import { rowCount, type Table, writeTsv } from '../formats/tsv';
import type { Values } from '../options/field';
import type { tsvtoolsSplitSchema } from '../options/tsvtools-split';
import type { Job, JobContext } from './job-context';
import {
  checkSubsetName,
  demographicNeeds,
  freeFolder,
  type NewFile,
  parameterFile,
  readStudyTable,
  writeNewFolder,
} from './study-table';

export type TsvtoolsSplitOptions = Values<typeof tsvtoolsSplitSchema>;

export interface TsvtoolsSplitResult {
  /** The new folder, beside the table. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly balance: Balance;
  /** Draws made. */
  readonly tries: number;
  /** Null when nothing was drawn (`n_test` 0). */
  readonly seed: number | null;
}

/** Longest time between two looks at the stop signal. */
const breathMs = 50;

/**
 * Writes nothing until the split is found. Throws the codes of `cohort/split.ts` and `cohort/sessions.ts`,
 * `demographics-missing`, `subset-name`, `file-missing`.
 */
export const tsvtoolsSplit: Job<TsvtoolsSplitOptions, TsvtoolsSplitResult> = (options, context) =>
  splitWith(options, context, null);

/** Draws of a command that splits twice. */
export interface SharedDraws {
  readonly random: NumpyRandom;
  /** The second split: the seed alone does not repeat it. */
  readonly goesOn: boolean;
}

/** `shared`: null where the split has draws of its own, from the seed. */
export async function splitWith(
  options: TsvtoolsSplitOptions,
  context: JobContext,
  shared: SharedDraws | null,
): Promise<TsvtoolsSplitResult> {
  const where = options.data_tsv;
  checkSubsetName(options.subset_name);
  const label = options.categorical_split_variable ?? 'diagnosis';
  const all = await readTable(options, label, context);
  const first = baseline(all, where);
  const order = firstSessionIssue(all, where);
  if (order !== undefined) context.issue(order);
  const everybody = options.n_test === 0 && !options.multi_diagnoses;
  const seed = everybody ? null : (options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  if (seed !== null && shared === null) context.log(`Seed of the draw: ${seed}`);

  const split = seed === null ? null : await draw(options, label, all, first, shared?.random ?? new NumpyRandom(seed), context);
  const train = { name: 'train', baseline: split?.train ?? first };
  const test = split && { name: options.subset_name, baseline: split.test };
  const balance: Balance =
    test === null
      ? { groups: [describeGroup(all, train, label, where)], pAge: null, pSex: null, comparison: null }
      : compareGroups(all, train, test, label, where);
  context.log(summary(balance, split?.tries ?? 0));
  if (balance.comparison !== null) context.log(comparisonText(balance.comparison));

  const sessions = (table: Table): Table => sortedSessions(longitudinal(all, table, where), where);
  const files: NewFile[] = [parameterFile('split.json', parametersOf(options, seed, shared?.goesOn ?? false))];
  const add = (path: string, table: Table): void => void files.push({ path, bytes: writeTsv(table) });
  add('train_baseline.tsv', train.baseline);
  add('train.tsv', sessions(train.baseline));
  if (test !== null) {
    add(`${test.name}_baseline.tsv`, test.baseline);
    if (options.valid_longitudinal) add(`${test.name}.tsv`, sessions(test.baseline));
  }
  const folder = await freeFolder(context.workspace, where, 'split');
  return { folder, files: await writeNewFolder(context, folder, files), balance, tries: split?.tries ?? 0, seed };
}

async function readTable(options: TsvtoolsSplitOptions, label: string, context: JobContext): Promise<Table> {
  const needed = options.n_test !== 0 && !options.multi_diagnoses;
  const { table, missing } = await readStudyTable(context, options.data_tsv, needed ? [[label], ...demographicNeeds] : []);
  if (missing.length > 0 && !options.ignore_demographics) {
    const values = { file: options.data_tsv, missing: missing.join(', ') };
    throw appError('demographics-missing', values, { where: options.data_tsv });
  }
  return table;
}

function draw(
  options: TsvtoolsSplitOptions,
  label: string,
  all: Table,
  first: Table,
  random: NumpyRandom,
  context: JobContext,
): Promise<BaselineSplit> {
  const where = options.data_tsv;
  const afterTry = breathe(context, options.max_tries);
  if (options.multi_diagnoses) return alikeSplit(all, first, random, where, afterTry);
  const testSize = testSizeOf(options.n_test, rowCount(first), where);
  if (options.ignore_demographics) return Promise.resolve(randomSplit(first, testSize, random));
  const thresholds = { ageThreshold: options.p_age_threshold, sexThreshold: options.p_sex_threshold };
  return balancedSplit(
    first,
    { testSize, stratification: label, ...thresholds, maxTries: options.max_tries },
    random,
    where,
    afterTry,
  );
}

/** Reports, and lets a stop come in, every now and then. */
function breathe(context: JobContext, total: number): AfterTry {
  let last = performance.now();
  return async (tries) => {
    if (performance.now() - last < breathMs) return;
    context.report({ stage: 'split', done: tries, total, unit: 'draws' });
    await new Promise((resolve) => setTimeout(resolve));
    context.signal.throwIfAborted();
    last = performance.now();
  };
}

function summary(balance: Balance, tries: number): string {
  const sizes = balance.groups.map((group) => `${group.participants} in ${group.name}`).join(', ');
  const p = (value: number | null): string => (value === null ? 'not known' : value.toFixed(2));
  if (tries === 0) return `All participants kept: ${sizes}`;
  return `Split found at draw ${tries}: ${sizes}; p-value of age ${p(balance.pAge)}, of sex ${p(balance.pSex)}`;
}

/** `split.json`; `mullti_diagnoses` is spelled so by ClinicaDL. */
function parametersOf(options: TsvtoolsSplitOptions, seed: number | null, goesOn: boolean): Parameters<typeof parameterFile>[1] {
  return {
    n_test: pyFloat(options.n_test),
    subset_name: options.subset_name,
    p_age_threshold: pyFloat(options.p_age_threshold),
    p_sex_threshold: pyFloat(options.p_sex_threshold),
    categorical_split_variable: options.categorical_split_variable,
    ignore_demographics: options.ignore_demographics,
    mullti_diagnoses: options.multi_diagnoses,
    ...(seed === null ? {} : { seed }),
    ...(seed !== null && goesOn ? { seed_continues: true } : {}),
  };
}
