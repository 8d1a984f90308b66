/** @file The labels of ClinicaDL up to 1.1.1: diagnoses that never change, and MCI by what becomes of it at a horizon. */
import { inferDiagnoses } from './missing-diagnoses';

/** One participant's visits in the order of time. */
export interface Course {
  /** Rows of the table. */
  readonly rows: readonly number[];
  readonly months: readonly number[];
  /** Null where it is missing. */
  readonly diagnoses: readonly (string | null)[];
}

type MciLabel = 'sMCI' | 'pMCI' | 'rMCI' | 'uMCI';

/** Beyond every visit: the last one decides. */
const noHorizon = 10_000;

const stages: Readonly<Record<string, string>> = { EMCI: 'MCI', LMCI: 'MCI' };
const stageOf = (diagnosis: string | null): string | null => (diagnosis === null ? null : (stages[diagnosis] ?? diagnosis));

/** The course without visits whose diagnosis cannot be inferred. */
function inferred({ rows, months, diagnoses }: Course): Course {
  const places = new Map([['', rows.map((_, i) => i)]]);
  const found = inferDiagnoses(diagnoses.map(stageOf), places).diagnoses;
  const kept = rows.flatMap((_, i) => (found[i] === null ? [] : [i]));
  const pick = <T>(list: readonly T[]): T[] => kept.map((i) => list[i]);
  return { rows: pick(rows), months: pick(months), diagnoses: pick(found) };
}

const afterwards: Readonly<Record<string, MciLabel>> = { CN: 'rMCI', MCI: 'sMCI', AD: 'pMCI' };

/** What becomes of a visit with MCI. */
function mciLabel({ months, diagnoses }: Course, visit: number, horizon: number): MciLabel {
  const label = (at: number): MciLabel => afterwards[diagnoses[at] ?? ''] ?? 'uMCI';
  const month = months[visit] + horizon;
  const exact = months.indexOf(month);
  if (exact >= 0) return label(exact);
  const next = months.findIndex((other) => other > month);
  if (next < 0) return label(months.length - 1) === 'sMCI' ? 'uMCI' : label(months.length - 1);
  const before = label(next - 1);
  if (before !== 'sMCI') return before;
  return label(next) === 'sMCI' ? 'sMCI' : 'uMCI';
}

/** Rows that have the label. A course without a visit in month 0 has none. */
export function rowsWithLabel(course: Course, label: string, horizon: number): readonly number[] {
  if (course.months[0] !== 0) return [];
  const first = stageOf(course.diagnoses[0]);
  const sound = inferred(course);
  if (!/MCI$/.test(label)) {
    const isStable = sound.diagnoses.every((diagnosis) => diagnosis === label);
    const isAlways = course.diagnoses.every((diagnosis) => diagnosis === null || diagnosis === label);
    return first === label && isStable && isAlways ? sound.rows : [];
  }
  const changes = sound.diagnoses.filter((diagnosis, i) => i > 0 && diagnosis !== sound.diagnoses[i - 1]).length;
  if (first !== 'MCI' || changes > 1) return [];
  const visits = sound.diagnoses.flatMap((diagnosis, i) => (diagnosis === 'MCI' ? [i] : []));
  const found = visits.map((visit) => mciLabel(sound, visit, label === 'MCI' ? noHorizon : horizon));
  const last = found.at(-1);
  if (label === 'MCI') return last === 'rMCI' ? [] : visits.map((visit) => sound.rows[visit]);
  if (label === 'sMCI' && (last === 'rMCI' || last === 'pMCI')) return [];
  return visits.flatMap((visit, i) => (found[i] === label ? [sound.rows[visit]] : []));
}
