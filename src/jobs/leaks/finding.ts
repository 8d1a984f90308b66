/** @file What the leakage detective answers: one finding for each way in which data leak. */

export const leakKinds = {
  participants: 'The same participant on both sides',
  sessions: 'Sessions of one participant on both sides',
  twins: 'Twin images on both sides',
  selection: 'A test group looked at before a choice',
  transfer: 'Networks that began with those of a training that saw the participants',
  cut: 'Slices, patches or regions divided after they were cut',
  ensemble: 'Members or weights of an ensemble that know the test group',
  site: 'A label that the site or scanner tells',
} as const;

export type LeakKind = keyof typeof leakKinds;

/** `none`: none found in what was looked at; `unknown`: it cannot be judged. */
export type LeakAnswer = 'leak' | 'none' | 'unknown';

export const answerTexts: Readonly<Record<LeakAnswer, string>> = {
  leak: 'leak',
  none: 'none found',
  unknown: 'cannot be judged',
};

/** One thing that speaks for an answer. The sentence names nobody. */
export interface Evidence {
  readonly sentence: string;
  /** Participants, as their table spells them; or sessions. */
  readonly people?: readonly string[];
  readonly sessions?: readonly string[];
  readonly files?: readonly string[];
}

export interface LeakFinding {
  readonly kind: LeakKind;
  /** The kind in words. */
  readonly title: string;
  readonly answer: LeakAnswer;
  /** Of a leak, whatever shows it; of `none`, what was looked at; of `unknown`, what is missing. */
  readonly evidence: readonly Evidence[];
}

/** A leak is one whatever else is missing; and what is missing keeps "none found" from being said. */
export function findingOf(
  kind: LeakKind,
  found: { readonly leaks: readonly Evidence[]; readonly missing: readonly Evidence[]; readonly looked: readonly Evidence[] },
): LeakFinding {
  const { leaks, missing, looked } = found;
  const title = leakKinds[kind];
  if (leaks.length > 0) return { kind, title, answer: 'leak', evidence: leaks };
  if (missing.length > 0) return { kind, title, answer: 'unknown', evidence: missing };
  return { kind, title, answer: 'none', evidence: looked };
}
