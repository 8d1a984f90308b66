/**
 * @file `generate cohort`: a CAPS with labels whose images are simulated from a template, and the truth about each; and `simulate`, as
 * it was called: the sample study, two millimetres, one session and one site, without the truth.
 */
import { mapParallel } from '../../base/parallel';
import { timeLeft } from '../../base/time-left';
import { gzip } from '../../formats/gzip';
import { type PythonObject, printPythonJson } from '../../formats/json';
import { writeNifti } from '../../formats/nifti';
import { type Column, writeTsv } from '../../formats/tsv';
import { type CohortDesign, type CohortSession, planCohort } from '../../images/cohort-plan';
import { hippocampusBoxMm, hippocampusCentresMm } from '../../images/simulate';
import type { Triple } from '../../images/volume';
import type { GenerateCohortOptions } from '../../options/generate-cohort';
import type { SimulateOptions } from '../../options/simulate';
import type { Job, JobContext } from '../job-context';
import { writeNew } from '../new-folder';

export interface SimulateResult {
  readonly caps_directory: string;
  readonly labels: string;
  readonly participants: number;
}

export interface GenerateCohortResult extends SimulateResult {
  readonly images: number;
}

interface CohortRequest {
  readonly output_directory: string;
  readonly design: CohortDesign;
  readonly voxelSizeMm: 1 | 2 | 4;
  readonly what: string;
  /** Told when the first image is begun. */
  readonly begun: string;
  /** Of the data set, for people. */
  readonly title: string;
  /** Told about the participants in the tables: sites and twins. */
  readonly more: boolean;
  /** Written for the truth: how all came about. */
  readonly parameters?: PythonObject;
}

const SPACE = 'space-MNI152NLin2009cSym_desc-Crop_res-1x1x1';
/** Grids of cropped CAPS images: every voxel of 1 mm, every second, every fourth. */
const grids: Readonly<Record<1 | 2 | 4, Triple>> = { 1: [169, 208, 179], 2: [85, 104, 90], 4: [43, 52, 45] };
const SIDES = ['left', 'right'] as const;
const encoder = new TextEncoder();

/** 1 inside the box around one hippocampus, first axis fastest. */
function boxMask(side: number, voxelSizeMm: 1 | 2 | 4): Uint8Array<ArrayBuffer> {
  const [nx, ny, nz] = grids[voxelSizeMm];
  const half = hippocampusBoxMm / 2;
  const [from, to] = [
    hippocampusCentresMm[side].map((mm) => Math.ceil((mm - half) / voxelSizeMm)),
    hippocampusCentresMm[side].map((mm) => Math.ceil((mm + half) / voxelSizeMm)),
  ];
  const mask = new Uint8Array(nx * ny * nz);
  for (let z = from[2]; z < to[2]; z++) {
    for (let y = from[1]; y < to[1]; y++) mask.fill(1, from[0] + nx * (y + ny * z), to[0] + nx * (y + ny * z));
  }
  return mask;
}

function table(sessions: readonly CohortSession[], withSession: boolean, more: boolean): Uint8Array<ArrayBuffer> {
  const text = (name: string, of: (session: CohortSession) => string): Column => ({
    name,
    type: 'text',
    values: sessions.map(of),
  });
  const columns: Column[] = [
    text('participant_id', (p) => p.participant_id),
    ...(withSession ? [text('session_id', (p) => p.session_id)] : []),
    { name: 'age', type: 'float', values: sessions.map((p) => p.age) },
    text('sex', (p) => p.sex),
    text('diagnosis', (p) => p.diagnosis),
    ...(more ? [text('site', (p) => p.site), text('twin', (p) => p.twin ?? 'n/a')] : []),
  ];
  return writeTsv({ columns });
}

/** Volumes of both hippocampi against the template's, as they are and as they would be without the disease. */
function volumesTable(sessions: readonly CohortSession[]): Uint8Array<ArrayBuffer> {
  const text = (name: 'participant_id' | 'session_id'): Column => ({ name, type: 'text', values: sessions.map((s) => s[name]) });
  const volumes = SIDES.flatMap((side, i): Column[] => [
    { name: `${side}_volume`, type: 'float', values: sessions.map((s) => s.simulation.volumeFactors[i]) },
    { name: `${side}_without_disease`, type: 'float', values: sessions.map((s) => s.healthyFactors[i]) },
  ]);
  return writeTsv({ columns: [text('participant_id'), text('session_id'), ...volumes] });
}

/**
 * Writes `caps/`, `labels.tsv` and `participants.tsv` into a new folder, wholly or not at all; one that a killed tab left unfinished is
 * begun again. Throws `folder-not-empty`.
 */
function writeCohort(request: CohortRequest, context: JobContext): Promise<readonly CohortSession[]> {
  const { output_directory: path, what } = request;
  const ownNames = ['caps', 'labels.tsv', 'participants.tsv', 'volumes.tsv', 'commandline.json'];
  return writeNew({ path, what, ownNames }, context, () => writeStudy(request, context));
}

async function writeStudy(request: CohortRequest, context: JobContext): Promise<readonly CohortSession[]> {
  const { output_directory, design, voxelSizeMm, title, more, parameters, begun } = request;
  context.log(begun);
  const study = context.workspace.sub(output_directory);
  const caps = study.sub('caps');
  const template = await context.asset(`template/mni152-${voxelSizeMm === 1 ? 1 : 2}mm.nii.gz`);
  const sessions = planCohort(design);
  const finer = voxelSizeMm === 1 ? '' : `; voxels are ${voxelSizeMm} mm although the file names, kept for ClinicaDL, say 1 mm`;
  const description = {
    Name: title,
    BIDSVersion: '1.7.0',
    CAPSVersion: '1.0.0',
    DatasetType: 'derivative',
    Simulated: true,
    Note: `Every image is simulated from the MNI152 template (seed ${design.seed})${finer}. No real person is in this data set.`,
  };
  await caps.write('dataset_description.json', encoder.encode(printPythonJson(description, { indent: 4 })));
  // Voxel → mm, RAS.
  const affine = [
    [voxelSizeMm, 0, 0, -84],
    [0, voxelSizeMm, 0, -119],
    [0, 0, voxelSizeMm, -78],
    [0, 0, 0, 1],
  ];
  for (const [i, side] of SIDES.entries()) {
    const mask = writeNifti({ shape: grids[voxelSizeMm], data: boxMask(i, voxelSizeMm), affine, datatype: 'uint8' });
    const name = `tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-${side}HippocampusBox_mask.nii.gz`;
    await caps.write(`masks/tpl-MNI152NLin2009cSym/${name}`, await gzip(mask));
  }
  await writeImages(
    sessions,
    { template, voxelSizeMm, truth: parameters !== undefined, caps: `${output_directory}/caps` },
    context,
  );
  const first = sessions.filter((session, i) => i === 0 || session.participant_id !== sessions[i - 1].participant_id);
  await study.write('labels.tsv', table(sessions, true, more));
  await study.write('participants.tsv', table(first, false, more));
  if (parameters !== undefined) {
    await study.write('volumes.tsv', volumesTable(sessions));
    await study.write('commandline.json', encoder.encode(printPythonJson(parameters, { indent: 4 })));
  }
  return sessions;
}

interface Images {
  readonly template: Uint8Array<ArrayBuffer>;
  readonly voxelSizeMm: 1 | 2 | 4;
  readonly truth: boolean;
  /** Their CAPS, in the workspace. */
  readonly caps: string;
}

async function writeImages(sessions: readonly CohortSession[], images: Images, context: JobContext): Promise<void> {
  const { template, voxelSizeMm } = images;
  const caps = context.workspace.sub(images.caps);
  const left = timeLeft();
  let done = 0;
  await mapParallel(sessions, context.readers.size, async ({ participant_id, session_id, simulation, healthyFactors }) => {
    context.signal.throwIfAborted();
    const started = performance.now();
    const stem = `subjects/${participant_id}/${session_id}/t1_linear/${participant_id}_${session_id}_${SPACE}`;
    const request = { caps, outputPath: `${stem}_T1w.nii.gz`, template, voxelSizeMm, simulation };
    const truth = { path: `${stem}_logjacobian.nii.gz`, healthyFactors };
    await context.readers.simulateSession(images.truth ? { ...request, truth } : request, context.signal);
    left.add(performance.now() - started);
    done++;
    const secondsLeft = left.seconds(sessions.length - done, context.readers.size);
    context.report({
      ...{ stage: 'simulate', done, total: sessions.length, unit: 'images' },
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    });
  });
}

/** Throws `folder-not-empty`. */
export const simulateStudy: Job<SimulateOptions, SimulateResult> = async (options, context) => {
  const { output_directory, n_subjects, difficulty, seed } = options;
  const design = { n_subjects, difficulty, seed, age_effect: 0.6, n_sessions: 1, n_sites: 1, site_link: 0, n_twins: 0 };
  const begun = `Simulating ${n_subjects} participants (${difficulty}), seed ${seed}.`;
  await writeCohort(
    {
      ...{ output_directory, design, voxelSizeMm: 2, more: false },
      ...{ what: 'A simulation', begun, title: `Simulated study (${difficulty})` },
    },
    context,
  );
  const labels = `${output_directory}/labels.tsv`;
  return { caps_directory: `${output_directory}/caps`, labels, participants: n_subjects };
};

/** Throws `folder-not-empty`. */
export const generateCohortJob: Job<GenerateCohortOptions, GenerateCohortResult> = async (options, context) => {
  const { output_directory, voxel_size, ...design } = options;
  const { n_subjects, difficulty, seed, n_sessions } = design;
  const sessions = n_sessions === 1 ? 'one session' : `${n_sessions} sessions`;
  const begun = `Simulating ${n_subjects} participants with ${sessions} each (${difficulty}), seed ${seed}.`;
  const title = `Simulated cohort (${difficulty === 'none' ? 'no effect of the disease' : difficulty})`;
  const parameters = { ...design, voxel_size: Number(voxel_size) };
  const voxelSizeMm = Number(voxel_size) as 1 | 2 | 4;
  const written = await writeCohort(
    { output_directory, design, voxelSizeMm, title, more: true, parameters, begun, what: 'A simulated cohort' },
    context,
  );
  const labels = `${output_directory}/labels.tsv`;
  return { caps_directory: `${output_directory}/caps`, labels, participants: n_subjects, images: written.length };
};
