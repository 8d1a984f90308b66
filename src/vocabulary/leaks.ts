/** @file The five ways in which data leak, as they are played on a simulated cohort: who is whom in the honest study and in the leaking one. */

/** One session of the cohort. Participants alternate between the two labels. */
export interface PlayedSession {
  /** Number of the participant, from 0. */
  readonly person: number;
  /** Number of the session, from 0. */
  readonly session: number;
}

/** What a session is used for; `fold 0` to `fold 2`: it validates this member of an ensemble and trains the others. */
export type Role = 'train' | 'validation' | 'test' | 'source train' | 'source validation' | `fold ${number}`;

export interface LeakScenario {
  readonly title: string;
  /** What the leaking study does. */
  readonly mistake: string;
  /** What the honest one does instead. */
  readonly instead: string;
  /** What stands on disk: where to look for it. */
  readonly evidence: string;
  readonly cohort: { readonly n_subjects: number; readonly n_sessions: number; readonly n_twins: number };
  /** Members of the ensemble; 1 is a network alone. */
  readonly members: number;
  honest(session: PlayedSession): readonly Role[];
  leaking(session: PlayedSession): readonly Role[];
}

const alone = { n_sessions: 1, n_twins: 0 } as const;

/** The first of the ends that a number lies below tells its role. */
const within = (number: number, ...ends: readonly (readonly [end: number, role: Role])[]): readonly Role[] => {
  const found = ends.find(([end]) => number < end);
  return found === undefined ? [] : [found[1]];
};

/** Twins are two of four people, with one label: pair 0 is 0 and 2, pair 1 is 1 and 3. */
const pairOf = (person: number): { readonly pair: number; readonly isFirst: boolean } => ({
  pair: 2 * Math.floor(person / 4) + (person % 2),
  isFirst: person % 4 < 2,
});

/** By pairs of one person of each label, so that folds are balanced. */
const foldOf = (person: number): Role => `fold ${Math.floor(person / 2) % 3}`;

export const leakScenarios = {
  'no-test-set': {
    title: 'No independent test set',
    mistake: 'The participants whose accuracy is reported also choose the epoch of the network.',
    instead: 'Others choose the epoch; those of the test are looked at once.',
    evidence: 'The participants of the test group stand in validation.tsv of the training.',
    cohort: { n_subjects: 40, ...alone },
    members: 1,
    honest: ({ person }) => within(person, [24, 'train'], [32, 'validation'], [40, 'test']),
    leaking: ({ person }) => (person < 24 ? ['train'] : person >= 32 ? ['validation', 'test'] : []),
  },
  'biased-split': {
    title: 'Biased split',
    mistake: 'Sessions are split: the first one of each person trains, and the second one validates or tests.',
    instead: 'People are split, with all their sessions.',
    evidence: 'The participants of the test group stand in train.tsv of the training, with another session.',
    cohort: { n_subjects: 32, n_sessions: 2, n_twins: 0 },
    members: 1,
    honest: ({ person }) => within(person, [16, 'train'], [24, 'validation'], [32, 'test']),
    leaking: ({ person, session }) => (session === 0 ? ['train'] : within(person, [16, 'validation'], [32, 'test'])),
  },
  'late-split': {
    title: 'Late split',
    mistake: 'Each brain is there twice, as after an augmentation, and the copies are split as if they were other people.',
    instead: 'Both copies of a brain stay on one side.',
    evidence: 'The twin of each test participant, as labels.tsv tells, stands in train.tsv of the training.',
    cohort: { n_subjects: 64, n_sessions: 1, n_twins: 32 },
    members: 1,
    honest: ({ person }) => within(pairOf(person).pair, [16, 'train'], [24, 'validation'], [32, 'test']),
    leaking: ({ person }) => {
      const { pair, isFirst } = pairOf(person);
      return isFirst ? ['train'] : within(pair, [16, 'validation'], [32, 'test']);
    },
  },
  'biased-transfer': {
    title: 'Biased transfer learning',
    mistake: 'The network begins with one that was trained, with labels, on the participants of the test.',
    instead: 'It begins with one that was trained on others.',
    evidence: 'The participants of the test group stand in train.tsv of the MAPS that transfer_path names.',
    cohort: { n_subjects: 64, ...alone },
    members: 1,
    honest: ({ person }) =>
      within(
        person,
        ...([
          [20, 'source train'],
          [28, 'source validation'],
          [40, 'train'],
          [48, 'validation'],
          [64, 'test'],
        ] as const),
      ),
    leaking: ({ person }) => {
      if (person >= 48) return ['source train', 'test'];
      if (person >= 4 && person < 20) return [];
      return within(person, [4, 'source train'], [28, 'source validation'], [40, 'train'], [48, 'validation']);
    },
  },
  'biased-ensemble': {
    title: 'Biased ensemble learning',
    mistake: 'The members of an ensemble were trained on each other’s test participants: all are asked about everybody.',
    instead: 'No member has seen anybody of the test.',
    evidence: 'The participants of the test group stand in train.tsv of other splits of the MAPS.',
    cohort: { n_subjects: 64, ...alone },
    members: 3,
    honest: ({ person }) => (person < 42 ? [foldOf(person)] : ['test']),
    leaking: ({ person }) => (person < 22 ? [] : person < 42 ? [foldOf(person)] : [foldOf(person), 'test']),
  },
} as const satisfies Readonly<Record<string, LeakScenario>>;

export type LeakName = keyof typeof leakScenarios;
export const leakNames = Object.keys(leakScenarios) as readonly LeakName[];
