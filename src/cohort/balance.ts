/** @file How alike the sets of a split are: who is in them, how old, of which sex and diagnosis. */
import type { Table } from '../formats/tsv';
import { type Comparison, compareTwo } from './comparison';
import { ageColumn } from './demographics';
import { countSessions, longitudinal, optionalColumn } from './sessions';
import { mean, sampleDeviation, shareTest, tTest } from './statistics';

export interface AgeSummary {
  /** Years. */
  readonly mean: number;
  /** n − 1; NaN for one participant. */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  readonly missing: number;
}

export interface GroupBalance {
  readonly name: string;
  readonly participants: number;
  /** Of all sessions of these participants. */
  readonly sessions: number;
  /** At the first session; null without a column of ages, or when all are missing. */
  readonly age: AgeSummary | null;
  /** Participants per value of `sex` (`missing` for empty cells); null without the column. */
  readonly sex: Readonly<Record<string, number>> | null;
  /** Participants per class of the label. */
  readonly labels: Readonly<Record<string, number>> | null;
}

export interface Balance {
  /** The larger set first. */
  readonly groups: readonly GroupBalance[];
  /** t-test of the ages; null when it cannot be made. */
  readonly pAge: number | null;
  /** χ² test of the shares of the sexes; null when it cannot be made. */
  readonly pSex: number | null;
  /** Further tests and differences, the larger set less the smaller; null with one group. */
  readonly comparison: Comparison | null;
}

export interface Group {
  readonly name: string;
  /** First sessions. */
  readonly baseline: Table;
}

/** The balance of two groups of `table` (all sessions), compared by the tests that `tsvtools split` uses. */
export function compareGroups(table: Table, train: Group, test: Group, label: string, where: string): Balance {
  const ages = [test, train].map((group) => agesWithout(group.baseline));
  const sexes = [test, train].map((group) => valuesOf(group.baseline, 'sex') ?? []);
  return {
    groups: [train, test].map((group) => describeGroup(table, group, label, where)),
    pAge: finite(ageTest(ages[0], ages[1])),
    pSex: finite(shareTest(sexes[0], sexes[1]).p),
    comparison: compareTwo(comparedOf(train.baseline, label), comparedOf(test.baseline, label)),
  };
}

/** One group's numbers. `label`: the column that `labels` counts. */
export function describeGroup(table: Table, group: Group, label: string, where: string): GroupBalance {
  const known = agesWithout(group.baseline);
  const { participants } = countSessions(group.baseline, where);
  const { sessions } = countSessions(longitudinal(table, group.baseline, where), where);
  const sexes = valuesOf(group.baseline, 'sex');
  const labels = valuesOf(group.baseline, label);
  const age: AgeSummary = {
    mean: mean(known),
    sd: sampleDeviation(known),
    min: known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    max: known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    missing: participants - known.length,
  };
  return {
    name: group.name,
    participants,
    sessions,
    age: known.length === 0 ? null : age,
    sex: sexes && counts(sexes),
    labels: labels && counts(labels),
  };
}

/** p of the t-test of ages; 1 when all ages are equal, as `tsvtools split` counts it. */
export function ageTest(test: readonly number[], train: readonly number[]): number {
  const first = test[0] ?? train[0];
  if (first !== undefined && [...test, ...train].every((age) => age === first)) return 1;
  return tTest(test, train).p;
}

function comparedOf(table: Table, label: string): Parameters<typeof compareTwo>[0] {
  const there = (name: string): string[] =>
    (optionalColumn(table, name)?.values ?? []).flatMap((value) => (value === null ? [] : [`${value}`]));
  return { ages: agesWithout(table), sexes: there('sex'), labels: there(label) };
}

const finite = (p: number): number | null => (Number.isNaN(p) ? null : p);

function agesWithout(table: Table): number[] {
  return (ageColumn(table)?.values ?? []).filter((value) => typeof value === 'number');
}

function valuesOf(table: Table, name: string): string[] | null {
  return optionalColumn(table, name)?.values.map((value) => (value === null ? 'missing' : `${value}`)) ?? null;
}

function counts(values: readonly string[]): Record<string, number> {
  const names = [...new Set(values)].sort();
  return Object.fromEntries(names.map((name) => [name, values.filter((value) => value === name).length]));
}
