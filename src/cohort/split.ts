/** @file Participants into two sets: balanced in age and sex, at random, or alike in every column. */
import { appError } from '../base/errors';
import type { NumpyRandom } from '../base/numpy-random';
import { column, rowCount, selectRows, type Table } from '../formats/tsv';
import { ageTest } from './balance';
import { agesOf, classesOf, sexesOf, splitCategories } from './demographics';
import { kolmogorovSmirnovTest, shareTest } from './statistics';
import { type IndexSplit, stratifiedShuffleSplit } from './stratify';

/** First sessions of the two sets, each sorted by participant. */
export interface BaselineSplit {
  readonly train: Table;
  readonly test: Table;
  /** Draws made. */
  readonly tries: number;
}

export interface BalanceOptions {
  readonly testSize: number;
  /** Column whose classes are spread evenly. */
  readonly stratification: string;
  /** Smallest accepted p-values. */
  readonly ageThreshold: number;
  readonly sexThreshold: number;
  readonly maxTries: number;
}

/** Called after each draw, so that the caller can report, wait and stop; throws to stop. */
export type AfterTry = (tries: number) => Promise<void>;

/** Participants of the smaller set: a number from 1 on, a share below. Throws `split-test-size` when a set would be empty. */
export function testSizeOf(nTest: number, participants: number, where: string): number {
  const size = nTest >= 1 ? Math.floor(nTest) : Math.floor(nTest * participants);
  if (size < 1 || size >= participants)
    throw appError('split-test-size', { n_test: nTest, size, participants, file: where }, { where });
  return size;
}

/**
 * Draws stratified splits of `table` (first sessions) until ages and sexes are alike. Throws `class-empty`, `class-too-small`,
 * `split-too-few`, `age-not-a-number`, `sex-unknown`, and `split-not-found` after `maxTries` draws.
 */
export async function balancedSplit(
  table: Table,
  options: BalanceOptions,
  random: NumpyRandom,
  where: string,
  afterTry: AfterTry,
): Promise<BaselineSplit> {
  const { testSize, stratification, ageThreshold, sexThreshold, maxTries } = options;
  const categories = splitCategories(classesOf(table, stratification, where), where, stratification);
  const ages = agesOf(table, where);
  const sexes = sexesOf(table, where);
  const classCount = new Set(categories).size;
  const smaller = Math.min(testSize, categories.length - testSize);
  if (smaller < classCount)
    throw appError('split-too-few', { classes: classCount, column: stratification, smaller, file: where }, { where });

  const best = { age: Number.NaN, sex: Number.NaN, margin: Number.NEGATIVE_INFINITY };
  for (let tries = 1; tries <= maxTries; tries++) {
    const split = stratifiedShuffleSplit(categories, testSize, random);
    const known = (rows: readonly number[]): number[] => rows.map((row) => ages[row]).filter((age) => age !== null);
    const sexOf = (rows: readonly number[]): string[] => rows.map((row) => sexes[row]);
    const age = ageTest(known(split.test), known(split.train));
    const sex = shareTest(sexOf(split.test), sexOf(split.train)).p;
    if (sex >= sexThreshold && age >= ageThreshold) return { ...tablesOf(table, split), tries };
    const margin = Math.min(age - ageThreshold, sex - sexThreshold);
    if (margin > best.margin) Object.assign(best, { age, sex, margin });
    await afterTry(tries);
  }
  const found = Number.isNaN(best.age)
    ? 'no draw could be tested'
    : `the best draw had ${best.age.toFixed(3)} and ${best.sex.toFixed(3)}`;
  throw appError('split-not-found', { age: ageThreshold, sex: sexThreshold, tries: maxTries, found, file: where }, { where });
}

/** Draws the smaller set at random from all participants of `table` (first sessions). */
export function randomSplit(table: Table, testSize: number, random: NumpyRandom): BaselineSplit {
  const order = random.permutation(rowCount(table));
  return { ...tablesOf(table, { test: order.slice(0, testSize), train: order.slice(testSize) }), tries: 1 };
}

const multiDiagnosesTries = 5000;

/**
 * Of 5000 random splits with three quarters of the participants in train, the one whose columns are spread most alike: the
 * largest of the smallest Kolmogorov–Smirnov p-values over all columns but the ids, comparing all sessions of both sets.
 * ClinicaDL draws sessions here, so that a participant can be in both sets; this draws participants. Throws `split-too-few`.
 */
export async function alikeSplit(
  all: Table,
  baselineTable: Table,
  random: NumpyRandom,
  where: string,
  afterTry: AfterTry,
): Promise<BaselineSplit> {
  const participants = rowCount(baselineTable);
  const trainSize = roundHalfEven(0.75 * participants);
  if (trainSize === participants || trainSize === 0) {
    throw appError('split-too-few', { classes: 1, column: 'participant_id', smaller: 0, file: where }, { where });
  }
  const compared = sessionValues(all, baselineTable, where);
  let best: IndexSplit | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let tries = 1; tries <= multiDiagnosesTries; tries++) {
    const order = random.permutation(participants);
    const split = { train: order.slice(0, trainSize), test: order.slice(trainSize) };
    const scores = compared.map((ofParticipant) => {
      const values = (rows: readonly number[]): (number | string)[] => rows.flatMap((row) => ofParticipant[row]);
      const { p } = kolmogorovSmirnovTest(values(split.train), values(split.test));
      return Number.isNaN(p) ? 0 : p;
    });
    const score = scores.reduce((a, b) => Math.min(a, b), 1);
    if (score > bestScore) {
      best = split;
      bestScore = score;
    }
    await afterTry(tries);
  }
  if (best === undefined) throw new Error('no split was drawn');
  return { ...tablesOf(baselineTable, best), tries: multiDiagnosesTries };
}

/** For each column but the ids: the values that are there, of all sessions of each participant of `baselineTable`. */
function sessionValues(all: Table, baselineTable: Table, where: string): (number | string)[][][] {
  const rows = new Map<unknown, number[]>();
  column(all, 'participant_id', where).values.forEach((participant, row) => {
    rows.set(participant, [...(rows.get(participant) ?? []), row]);
  });
  const participants = column(baselineTable, 'participant_id', where).values;
  const compared = all.columns.filter((c) => c.name !== 'participant_id' && c.name !== 'session_id');
  return compared.map(({ values }) =>
    participants.map((participant) =>
      (rows.get(participant) ?? []).flatMap((row) => {
        const value = values[row];
        return value === null ? [] : [typeof value === 'boolean' ? Number(value) : value];
      }),
    ),
  );
}

function tablesOf(table: Table, split: IndexSplit): { readonly train: Table; readonly test: Table } {
  const inOrder = (rows: readonly number[]): number[] => [...rows].sort((a, b) => a - b);
  return { train: selectRows(table, inOrder(split.train)), test: selectRows(table, inOrder(split.test)) };
}

/** Python's `round`. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
