/**
 * @file The five ways in which data leak, as the slides of ClinicaDL of 2022 list them (after Wen 2020): what of each lies on the disk, how
 * it is played on the simulated cohort, and which findings speak of it.
 */
import type { LeakAnswer, LeakFinding, LeakKind } from './finding';

export interface Scenario {
  readonly name: string;
  readonly onDisk: string;
  readonly played: string;
  readonly kinds: readonly LeakKind[];
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'No independent test set',
    onDisk: 'Groups and their results in the MAPS; the run journal has the order of looks and choices.',
    played: 'Predict the test group through several trainings, then train again or hand the best on, and report that number.',
    kinds: ['selection'],
  },
  {
    name: 'Biased split',
    onDisk: 'The tables of the sets, the groups of the MAPS, and the voxels of the images.',
    played:
      'Move sessions of participants of the training set, or copies of their images, to the test table, and predict with --skip_leak_check.',
    kinds: ['participants', 'sessions', 'twins'],
  },
  {
    name: 'Late split',
    onDisk: 'A column of slices, patches or regions in the tables. Augmentation or selection before the split leaves no trace.',
    played: 'Divide a table with one row for each slice instead of each participant.',
    kinds: ['cut'],
  },
  {
    name: 'Biased transfer learning',
    onDisk: 'transfer_path in maps.json, the groups and the list train+validation.tsv of every MAPS of the chain.',
    played: 'Train a source on everybody, the test participants too, and begin with its networks (--transfer_path).',
    kinds: ['transfer'],
  },
  {
    name: 'Biased ensemble learning',
    onDisk: 'The validation tables that weight the votes, the training groups of all splits, and exports in the run journal.',
    played: 'Predict the test group through all splits, and hand on those alone that did best on it.',
    kinds: ['ensemble'],
  },
];

/** A scenario with what was found of it. */
export interface JudgedScenario extends Pick<Scenario, 'name' | 'onDisk' | 'played'> {
  readonly answer: LeakAnswer;
  readonly evidence: readonly string[];
}

export function judgedScenarios(findings: readonly LeakFinding[]): JudgedScenario[] {
  return scenarios.map((scenario) => {
    const answer = answerOf(scenario, findings);
    const speak = findings.filter((finding) => scenario.kinds.includes(finding.kind) && finding.answer === answer);
    const { name, onDisk, played } = scenario;
    return { name, onDisk, played, answer, evidence: speak.flatMap(({ evidence }) => evidence.map(({ sentence }) => sentence)) };
  });
}

/** The answer for a scenario: a leak by any of its kinds, else what cannot be judged. */
export function answerOf({ kinds }: Scenario, findings: readonly LeakFinding[]): LeakAnswer {
  const answers = findings.filter(({ kind }) => kinds.includes(kind)).map(({ answer }) => answer);
  return answers.includes('leak') ? 'leak' : answers.includes('unknown') ? 'unknown' : 'none';
}
