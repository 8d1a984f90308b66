/**
 * @file `play-leak`: one of the five ways in which data leak, played on simulated cohorts without any effect, where every honest accuracy is
 * that of a coin: an honest study and a leaking one for each seed, and what each reports. All of it stays as tables and MAPS.
 */
import { timeLeft } from '../../base/time-left';
import { joinPath } from '../../folders/names';
import { gzip } from '../../formats/gzip';
import { writeNifti } from '../../formats/nifti';
import { type Column, readTsv, writeTsv } from '../../formats/tsv';
import type { PlayLeakOptions } from '../../options/play-leak';
import { type LeakName, type LeakScenario, leakScenarios } from '../../vocabulary/leaks';
import { generateCohortJob } from '../generate/cohort';
import type { Job, JobContext } from '../job-context';
import { writeNew } from '../new-folder';
import { prepareDataRoiJob } from '../prepare-data';
import { optionsOf, playStudy, type Way } from './play';
import { type LeakSummary, type Played, summaryOf, summaryText } from './summary';

export interface PlayLeakResult {
  readonly scenario: LeakName;
  /** The table of all seeds that were played, in the workspace. */
  readonly table: string;
  readonly played: readonly Played[];
  /** Of two seeds or more; null for one. */
  readonly summary: LeakSummary | null;
}

/** Cut out of each image: a cube of 68 mm in the middle of the brain, in voxels of 4 mm. */
const cube = { shape: [43, 52, 45], from: [12, 16, 12], size: 17, name: 'innerBox' } as const;
const encoder = new TextEncoder();

/** Of one scenario, inside the output. */
export const leakTable = (scenario: LeakName): string => `${scenario}/accuracies.tsv`;

async function writeCube(caps: string, { workspace }: JobContext): Promise<void> {
  const { shape, from, size, name } = cube;
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let z = from[2]; z < from[2] + size; z++)
    for (let y = from[1]; y < from[1] + size; y++) {
      const row = shape[0] * (y + shape[1] * z) + from[0];
      data.fill(1, row, row + size);
    }
  // Voxel → mm, RAS: the grid of the cohort.
  const affine = [
    [4, 0, 0, -84],
    [0, 4, 0, -119],
    [0, 0, 4, -78],
    [0, 0, 0, 1],
  ];
  const file = `masks/tpl-MNI152NLin2009cSym/tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-${name}_mask.nii.gz`;
  await workspace.write(`${caps}/${file}`, await gzip(writeNifti({ shape, data, affine, datatype: 'uint8' })));
}

/** The rows that were played before. */
export async function readPlayed(path: string, { workspace }: Pick<JobContext, 'workspace'>): Promise<Played[]> {
  if ((await workspace.kindOf(path)) !== 'file') return [];
  const { columns } = readTsv(await workspace.read(path), { where: path });
  const value = (name: string, row: number): number => Number(columns.find((column) => column.name === name)?.values[row]);
  const rows = columns[0]?.values.length ?? 0;
  return Array.from({ length: rows }, (_, row) => ({
    seed: value('seed', row),
    honest: value('honest', row),
    leaking: value('leaking', row),
    honestSessions: value('honest_sessions', row),
    leakingSessions: value('leaking_sessions', row),
  }));
}

function tableOf(played: readonly Played[]): Uint8Array<ArrayBuffer> {
  const column = (name: string, type: 'int' | 'float', of: (row: Played) => number): Column => ({
    name,
    type,
    values: played.map(of),
  });
  const columns = [
    column('seed', 'int', ({ seed }) => seed),
    column('honest', 'float', ({ honest }) => honest),
    column('leaking', 'float', ({ leaking }) => leaking),
    column('honest_sessions', 'int', ({ honestSessions }) => honestSessions),
    column('leaking_sessions', 'int', ({ leakingSessions }) => leakingSessions),
  ];
  return writeTsv({ columns });
}

interface Game {
  readonly name: LeakName;
  readonly folder: string;
  readonly seed: number;
  readonly keepImages: boolean;
}

/** Cohort, honest study, leaking study; `step` is told each line before it runs. */
async function playSeed({ name, folder, seed, keepImages }: Game, context: JobContext, step: () => void): Promise<Played> {
  const scenario: LeakScenario = leakScenarios[name];
  const { n_subjects, n_sessions, n_twins } = scenario.cohort;
  const cohort = `${folder}/cohort`;
  const lines: string[] = [];
  const tell = (line: string): void => {
    lines.push(line);
    step();
  };
  // What goes wrong in a leaking study is meant to.
  const inside = (way: Way): JobContext => ({
    ...context,
    report: () => {},
    log: () => {},
    issue: way === 'honest' ? context.issue : () => {},
  });
  const drawn = `--n_subjects ${n_subjects} --n_sessions ${n_sessions} --n_twins ${n_twins}`;
  const generate = `clinicadl generate cohort ${cohort} --difficulty none --age_effect 0.6 ${drawn} --voxel_size 4 --seed ${seed}`;
  tell(generate);
  await generateCohortJob(optionsOf('generate cohort', generate), { ...inside('honest'), commandLine: generate });
  await writeCube(`${cohort}/caps`, context);
  const prepare = `clinicadl prepare-data roi ${cohort}/caps t1-linear --roi_list ${cube.name} --save_features --extract_json roi`;
  tell(prepare);
  await prepareDataRoiJob(optionsOf('prepare-data roi', prepare), { ...inside('honest'), commandLine: prepare });
  const path = `${cohort}/labels.tsv`;
  const labels = readTsv(await context.workspace.read(path), { where: path });
  const play = (way: Way) => playStudy({ scenario, way, seed, labels, cohort, folder: `${folder}/${way}` }, inside(way), tell);
  const [honest, leaking] = [await play('honest'), await play('leaking')];
  await context.workspace.write(`${folder}/lines.txt`, encoder.encode(`${lines.join('\n')}\n`));
  if (!keepImages) await context.workspace.remove(`${cohort}/caps/subjects`);
  return {
    seed,
    ...{ honest: honest.accuracy, leaking: leaking.accuracy },
    ...{ honestSessions: honest.sessions, leakingSessions: leaking.sessions },
  };
}

/** Throws `folder-not-empty`. */
export const playLeakJob: Job<PlayLeakOptions, PlayLeakResult> = async (options, context) => {
  const name = options.scenario as LeakName;
  const { output_directory, n_seeds, keep_images } = options;
  const { title, cohort } = leakScenarios[name];
  const table = joinPath(output_directory, leakTable(name));
  let played = await readPlayed(table, context);
  const seeds = Array.from({ length: n_seeds }, (_, i) => options.seed + i);
  const missing = seeds.filter((seed) => !played.some((row) => row.seed === seed));
  context.log(
    `${title}: ${missing.length} of ${n_seeds} seeds are to be played, each on a cohort of ${cohort.n_subjects} without any effect.`,
  );
  const left = timeLeft();
  for (const [i, seed] of missing.entries()) {
    const folder = joinPath(output_directory, `${name}/seed-${seed}`);
    const started = performance.now();
    let steps = 0;
    // Cohort, tensors, and two or three for each study.
    const inSeed = name === 'biased-transfer' ? 8 : 6;
    const step = (): void => {
      const secondsLeft = left.seconds(missing.length - i, 1);
      const progress = { stage: `seed ${seed}`, done: i * inSeed + steps++, total: missing.length * inSeed, unit: 'steps' };
      context.report(secondsLeft === undefined ? progress : { ...progress, secondsLeft });
    };
    const unfinished = { path: folder, what: `${title}, seed ${seed}`, ownNames: ['cohort', 'honest', 'leaking', 'lines.txt'] };
    const row = await writeNew(unfinished, context, () =>
      playSeed({ name, folder, seed, keepImages: keep_images }, context, step),
    );
    left.add(performance.now() - started);
    played = [...played.filter((other) => other.seed !== seed), row].sort((a, b) => a.seed - b.seed);
    await context.workspace.write(table, tableOf(played));
    context.log(`Seed ${seed}: honest ${row.honest.toFixed(2)}, leaking ${row.leaking.toFixed(2)}`);
  }
  const asked = played.filter(({ seed }) => seeds.includes(seed));
  const summary = asked.length > 1 ? summaryOf(asked) : null;
  if (summary !== null) for (const line of summaryText(summary)) context.log(line);
  return { scenario: name, table, played: asked, summary };
};
