/** @file One broken study through the doctor: what it names, what it leaves out, what it writes, and that the originals stay. */
import { expect } from 'vitest';
import type { Folder } from '../../src/folders/folder';
import { memoryFolder } from '../../src/folders/memory-folder';
import type { DoctorResult } from '../../src/jobs/doctor/doctor';
import { copyIntoFolder } from '../disk-folder';
import { type Road, road } from '../road';
import { cells, contentOf } from '../road-files';
import { type Expected, type Fault, faults, fitTogether } from './faults';
import { drawFrom, type ModelSession, soundModel, writeModel } from './study';

/** The faults of study `n`: single ones first, each several times with other numbers, then pairs that can be together. */
export function faultsOf(n: number): readonly Fault[] {
  if (n < 100) return [faults[n % faults.length]!];
  const draw = drawFrom(1000 + n);
  const first = faults[n % faults.length]!;
  const others = faults.filter((other) => fitTogether(first, other));
  return [first, others[draw(others.length)]!];
}

export interface Broken {
  readonly names: string;
  readonly expected: readonly Expected[];
}

/** Writes study `n` with its faults. */
export async function writeBroken(folder: Folder, n: number, chosen = faultsOf(n)): Promise<Broken> {
  const draw = drawFrom(n);
  const model = soundModel(n);
  const taken = new Set<string>();
  const take = (fits: (session: ModelSession) => boolean = () => true): ModelSession => {
    // One session of a participant at most, so that two faults do not meet in one.
    const free = model.sessions.filter((session) => fits(session) && !taken.has(session.participant));
    const session = free[draw(free.length)]!;
    taken.add(session.participant);
    return session;
  };
  const expected = chosen.map((fault) => fault.put(model, take, draw));
  await writeModel(folder, model);
  return { names: chosen.map(({ name }) => name).join(' and '), expected };
}

const sorted = (texts: readonly string[]): string[] => [...texts].sort();

/** Runs the doctor on study `n`; everything but the training is compared here. */
export async function checkBroken(
  n: number,
  chosen = faultsOf(n),
): Promise<{ study: Road; result: DoctorResult; isUnread: boolean }> {
  const workspace = memoryFolder('broken');
  const { names, expected } = await writeBroken(workspace, n, chosen);
  const before = await contentOf(workspace);
  const study = await road(workspace, 'wasm');
  const outcome = await study.must('clinicadl doctor . --repair doctor');
  const result = outcome.result as DoctorResult;
  const about = `study ${n}: ${names}`;
  const codes: Record<string, number> = {};
  for (const { codes: own } of expected)
    for (const [code, count] of Object.entries(own)) codes[code] = (codes[code] ?? 0) + count;
  const found = Object.fromEntries(result.counts.map(({ code, count }) => [code, count]));
  expect(found, `${about}\n${outcome.issues.map(({ message }) => message).join('\n')}`).toEqual(codes);
  const leftOut = cells(await study.text('doctor/left_out.tsv')).slice(1);
  expect(sorted(leftOut.map(([participant, session]) => `${participant} | ${session}`)), about).toEqual(
    sorted(expected.flatMap((one) => one.leftOut ?? [])),
  );
  const after = await contentOf(workspace);
  for (const [path, bytes] of Object.entries(before)) expect(after[path], `${about}: ${path}`).toBe(bytes);
  expect(Object.keys(after).filter((path) => !(path in before) && !path.startsWith('doctor/'))).toEqual([]);
  return { study, result, isUnread: expected.some((one) => one.isUnread) };
}

/** The mended study, from the doctor's tables to a trained network; and the doctor finds nothing in it any more. */
export async function trainMended(study: Road, { mended }: DoctorResult): Promise<void> {
  const again = await study.must('clinicadl doctor doctor');
  expect(again.issues.map(({ message }) => message)).toEqual([]);
  const [{ caps_directory, sound }] = mended!.caps;
  const [{ table }] = sound;
  await study.must(
    `clinicadl prepare-data image ${caps_directory} t1-linear --subjects_sessions_tsv ${table} --extract_json image`,
  );
  await study.must(`clinicadl tsvtools split ${table} --subset_name validation --n_test 0.3 --seed 1 -pa 0 -ps 0`);
  const splits = (await study.workspace.list('doctor')).filter(({ name, kind }) => kind === 'folder' && name.startsWith('split'));
  expect(splits).toHaveLength(1);
  const outcome = await study.must(
    `clinicadl train classification ${caps_directory} image doctor/${splits[0]!.name} maps --architecture Conv4_FC3 --no-gpu --n_proc 0 ` +
      '--epochs 1 --batch_size 4',
  );
  expect(outcome.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
}

/** What the doctor finds in a sound study: 0 is the golden one, others are made by the generator or by `simulate`. */
export async function checkSound(n: number): Promise<string[]> {
  const workspace = memoryFolder('sound');
  const study = await road(workspace, 'wasm');
  if (n === 0) await copyIntoFolder(workspace, 'test/golden/study');
  else if (n % 25 === 1) await study.must(`clinicadl simulate study --n_subjects 8 --seed ${n}`);
  else await writeModel(workspace, soundModel(n));
  if (n % 3 === 0 && n > 0) {
    // Steps of a study leave their own tables and files beside.
    await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
    await study.must('clinicadl tsvtools split tables/labels.tsv --n_test 0.3 --seed 1 -pa 0 -ps 0');
    await study.must('clinicadl tsvtools kfold tables/split/train.tsv --n_splits 2');
  }
  const outcome = await study.must('clinicadl doctor .');
  expect(outcome.written).toEqual([]);
  return outcome.issues.map(({ message }) => message);
}
