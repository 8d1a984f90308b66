/** @file The tiny study with a second domain beside it: a CAPS `flair` with people of its own, some of them without labels. */
import { memoryFolder } from '../src/folders/memory-folder';
import type { Road } from './road';
import { imagePath, niftiFile, tinyRoad, tinyShape, tinyTraining, tinyVoxels, writeText } from './road-study';

/** AD for even numbers. Those from 5 on stand in no table of labels. */
export const targetParticipant = (i: number): string => `sub-T${String(i).padStart(2, '0')}`;

export const targetTable = (people: readonly number[], domain = 'flair'): string =>
  [
    'participant_id\tsession_id\tdiagnosis\tdomain',
    ...people.map((i) => `${targetParticipant(i)}\tses-M000\t${i % 2 === 0 ? 'AD' : 'CN'}\t${domain}`),
    '',
  ].join('\n');

export const unlabelledTable = (people: readonly number[]): string =>
  ['participant_id\tsession_id\tdomain', ...people.map((i) => `${targetParticipant(i)}\tses-M000\tflair`), ''].join('\n');

/** Brightness falls where it rises in the source. */
export const targetVoxels = (i: number): Float32Array => tinyVoxels(i).map((value) => 2 - value * 0.5);

const flairPath = (participant: string): string =>
  imagePath(participant).replace('caps/', 'flair/').replace('t1_linear', 'flair_linear').replace('T1w', 'flair');

/** P00 to P05 and P06 to P09 are the source; T00 to T02 and T03, T04 the labelled target, T05 to T09 the unlabelled one. */
export async function adaptationRoad(): Promise<Road> {
  const workspace = memoryFolder('tiny');
  for (let i = 0; i < 12; i++) await workspace.write(flairPath(targetParticipant(i)), niftiFile(tinyShape, targetVoxels(i)));
  const study = await tinyRoad(workspace);
  await study.must('clinicadl prepare-data image flair flair-linear --extract_json flair_image');
  await writeText(workspace, 'target/train.tsv', targetTable([0, 1, 2]));
  await writeText(workspace, 'target/validation_baseline.tsv', targetTable([3, 4]));
  await writeText(workspace, 'unlabelled.tsv', unlabelledTable([5, 6, 7, 8, 9]));
  return study;
}

const target =
  '--caps_target flair --tsv_target_lab target --tsv_target_unlab unlabelled.tsv --preprocessing_dict_target flair_image';

/** A training of Conv5_FC3_SSDA on both domains, with more options. */
export const adapting = (maps = 'maps', more = ''): string =>
  tinyTraining(maps, `--ssda_network ${target} ${more}`).replace('Conv4_FC3', 'Conv5_FC3_SSDA');
