/** @file `simulate`: the built-in sample study, a real CAPS with labels whose images are simulated from a template. */
import { mapParallel } from '../base/parallel';
import { timeLeft } from '../base/time-left';
import { gzip } from '../formats/gzip';
import { printPythonJson } from '../formats/json';
import { writeNifti } from '../formats/nifti';
import { type Column, writeTsv } from '../formats/tsv';
import { hippocampusBoxMm, hippocampusCentresMm } from '../images/simulate';
import { planStudy, type SimulatedParticipant } from '../images/study-plan';
import type { SimulateOptions } from '../options/simulate';
import type { Job, JobContext } from './job-context';
import { writeNew } from './new-folder';

export interface SimulateResult {
  readonly caps_directory: string;
  readonly labels: string;
  readonly participants: number;
}

const SPACE = 'space-MNI152NLin2009cSym_desc-Crop_res-1x1x1';
const VOXEL_MM = 2;
/** Grid of cropped CAPS images, sampled every second voxel. */
const GRID = [85, 104, 90] as const;
/** Voxel → mm, RAS. */
const simulatedAffine = [
  [VOXEL_MM, 0, 0, -84],
  [0, VOXEL_MM, 0, -119],
  [0, 0, VOXEL_MM, -78],
  [0, 0, 0, 1],
];
const SIDES = ['left', 'right'] as const;
const encoder = new TextEncoder();

/** 1 inside the box around one hippocampus, first axis fastest. */
function boxMask(side: number): Uint8Array<ArrayBuffer> {
  const [nx, ny, nz] = GRID;
  const half = hippocampusBoxMm / 2;
  const [from, to] = [
    hippocampusCentresMm[side].map((mm) => Math.ceil((mm - half) / VOXEL_MM)),
    hippocampusCentresMm[side].map((mm) => Math.ceil((mm + half) / VOXEL_MM)),
  ];
  const mask = new Uint8Array(nx * ny * nz);
  for (let z = from[2]; z < to[2]; z++) {
    for (let y = from[1]; y < to[1]; y++) mask.fill(1, from[0] + nx * (y + ny * z), to[0] + nx * (y + ny * z));
  }
  return mask;
}

function labelsTable(participants: readonly SimulatedParticipant[], withSession: boolean): Uint8Array<ArrayBuffer> {
  const text = (name: string, of: (p: SimulatedParticipant) => string): Column => ({
    name,
    type: 'text',
    values: participants.map(of),
  });
  const columns: Column[] = [
    text('participant_id', (p) => p.participant_id),
    ...(withSession ? [text('session_id', (p) => p.session_id)] : []),
    { name: 'age', type: 'float', values: participants.map((p) => p.age) },
    text('sex', (p) => p.sex),
    text('diagnosis', (p) => p.diagnosis),
  ];
  return writeTsv({ columns });
}

/**
 * Writes `caps/`, `labels.tsv` and `participants.tsv` into a new folder, wholly or not at all; one that a killed tab left unfinished is
 * begun again. Throws `folder-not-empty`.
 */
export const simulateStudy: Job<SimulateOptions, SimulateResult> = (options, context) => {
  const folder = {
    path: options.output_directory,
    what: 'A simulation',
    ownNames: ['caps', 'labels.tsv', 'participants.tsv'],
  };
  return writeNew(folder, context, () => writeStudy(options, context));
};

async function writeStudy(options: SimulateOptions, context: JobContext): Promise<SimulateResult> {
  const output = options.output_directory;
  const study = context.workspace.sub(output);
  const caps = study.sub('caps');
  const template = await context.asset('template/mni152-2mm.nii.gz');
  const participants = planStudy(options.n_subjects, options.difficulty, options.seed);
  const description = {
    Name: `Simulated study (${options.difficulty})`,
    BIDSVersion: '1.7.0',
    CAPSVersion: '1.0.0',
    DatasetType: 'derivative',
    Simulated: true,
    Note: `Every image is simulated from the MNI152 template (seed ${options.seed}); voxels are ${VOXEL_MM} mm although the file names, kept for ClinicaDL, say 1 mm. No real person is in this data set.`,
  };
  await caps.write('dataset_description.json', encoder.encode(printPythonJson(description, { indent: 4 })));
  for (const [i, side] of SIDES.entries()) {
    const mask = writeNifti({ shape: GRID, data: boxMask(i), affine: simulatedAffine, datatype: 'uint8' });
    const name = `tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-${side}HippocampusBox_mask.nii.gz`;
    await caps.write(`masks/tpl-MNI152NLin2009cSym/${name}`, await gzip(mask));
  }
  const left = timeLeft();
  let done = 0;
  context.log(`Simulating ${participants.length} participants (${options.difficulty}), seed ${options.seed}.`);
  await mapParallel(participants, context.readers.size, async ({ participant_id, session_id, simulation }) => {
    context.signal.throwIfAborted();
    const started = performance.now();
    const outputPath = `subjects/${participant_id}/${session_id}/t1_linear/${participant_id}_${session_id}_${SPACE}_T1w.nii.gz`;
    await context.readers.simulateSession({ caps, outputPath, template, simulation }, context.signal);
    left.add(performance.now() - started);
    done++;
    const secondsLeft = left.seconds(participants.length - done, context.readers.size);
    context.report({
      stage: 'simulate',
      done,
      total: participants.length,
      unit: 'participants',
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    });
  });
  await study.write('labels.tsv', labelsTable(participants, true));
  await study.write('participants.tsv', labelsTable(participants, false));
  return { caps_directory: `${output}/caps`, labels: `${output}/labels.tsv`, participants: participants.length };
}
