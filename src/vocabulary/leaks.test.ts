/** @file The five leaks: honest studies share no brain between what they learn from and their test, leaking ones share what they say. */
import { describe, expect, it } from 'vitest';
import { type LeakName, type LeakScenario, leakNames, leakScenarios, type Role } from './leaks';

interface Placed {
  readonly person: number;
  readonly session: number;
  /** Twins, two of four people with one label, share one. */
  readonly brain: number;
  readonly roles: readonly Role[];
}

function placed(name: LeakName, way: 'honest' | 'leaking'): Placed[] {
  const scenario: LeakScenario = leakScenarios[name];
  const { n_subjects, n_sessions, n_twins } = scenario.cohort;
  return Array.from({ length: n_subjects * n_sessions }, (_, row) => {
    const [person, session] = [Math.floor(row / n_sessions), row % n_sessions];
    const hasTwin = 2 * Math.floor(person / 4) + (person % 2) < n_twins;
    const brain = hasTwin && person % 4 > 1 ? person - 2 : person;
    return { person, session, brain, roles: scenario[way]({ person, session }) };
  });
}

const of = (rows: readonly Placed[], wanted: (role: Role) => boolean, key: 'person' | 'brain' = 'brain'): Set<number> =>
  new Set(rows.filter(({ roles }) => roles.some(wanted)).map((row) => row[key]));
const shared = (a: ReadonlySet<number>, b: ReadonlySet<number>): number => [...a].filter((one) => b.has(one)).length;
const isTest = (role: Role): boolean => role === 'test';
const isSeen = (role: Role): boolean => role !== 'test';

describe.each(leakNames)('%s', (name) => {
  it('has as many AD as CN in every group, honest and leaking', () => {
    for (const way of ['honest', 'leaking'] as const) {
      const rows = placed(name, way);
      for (const role of new Set(rows.flatMap(({ roles }) => roles))) {
        const group = rows.filter(({ roles }) => roles.includes(role));
        expect(
          group.filter(({ person }) => person % 2 === 0),
          `${way} ${role}`,
        ).toHaveLength(group.length / 2);
      }
    }
  });

  it('is honest when nobody of the test, no session and no twin of theirs was seen', () => {
    const rows = placed(name, 'honest');
    expect(of(rows, isTest).size).toBeGreaterThan(0);
    expect(shared(of(rows, isTest), of(rows, isSeen))).toBe(0);
    const [trained, chosen] = ['train', 'validation'].map((part) => of(rows, (role) => role.endsWith(part)));
    expect(shared(trained!, chosen!)).toBe(0);
  });
});

describe('what a leaking study shares with its test', () => {
  const evidence = (name: LeakName, seen: (role: Role) => boolean, key: 'person' | 'brain'): number => {
    const rows = placed(name, 'leaking');
    const test = of(rows, isTest, key);
    return shared(test, of(rows, seen, key)) / test.size;
  };
  it.each([
    ['no-test-set', 'validation', 'person', 1],
    ['no-test-set', 'train', 'brain', 0],
    ['biased-split', 'train', 'person', 1],
    ['late-split', 'train', 'brain', 1],
    ['late-split', 'train', 'person', 0],
    ['biased-transfer', 'source train', 'person', 1],
    ['biased-transfer', 'train', 'brain', 0],
  ] as const)('%s: %s, by %s', (name, role, key, share) => {
    expect(evidence(name, (one) => one === role, key)).toBe(share);
  });

  it('biased-ensemble: each of the test is in one fold of three, so two members have learnt from it', () => {
    const folds = placed('biased-ensemble', 'leaking').filter(({ roles }) => roles.includes('test'));
    expect(folds.length).toBeGreaterThan(0);
    for (const { roles } of folds) expect(roles.filter((role) => role.startsWith('fold'))).toHaveLength(1);
  });

  it('biased-split has no session on both sides', () => {
    for (const { roles } of placed('biased-split', 'leaking')) expect(roles).toHaveLength(1);
  });
});
