/** @file `doctor`: looks through a folder, names what is wrong with it, and writes mended copies into a new folder when asked. */
import { appError } from '../../base/errors';
import type { Issue } from '../../base/issues';
import { joinPath } from '../../folders/names';
import type { DoctorOptions } from '../../options/doctor';
import type { Job, JobContext } from '../job-context';
import { checkNew, type NewFolder, writeNew } from '../new-folder';
import { type Examination, examine } from './examine';
import { type Mended, writeMended } from './mend';
import { planMending } from './plan-mending';
import { type Count, countsOf, natureOf, reportOf } from './report';
import { doctorMark, leftOutFile } from './survey';

export interface DoctorView {
  /** What the folder is, in one sentence without names. */
  readonly nature: string;
  readonly counts: readonly Count[];
  readonly issues: readonly Issue[];
  /** To copy: without names. */
  readonly report: readonly string[];
  /** False: headers alone. */
  readonly voxels: boolean;
  /** Sessions that cannot be used as they are. */
  readonly concerned: number;
  readonly sessions: number;
}

export interface DoctorResult extends DoctorView {
  /** What was written; null without `--repair`. */
  readonly mended: Mended | null;
}

export function viewOf(examination: Examination, version: string): DoctorView {
  const { findings, places, voxels } = examination;
  const concerned = new Set(
    findings.flatMap(({ sessions }) =>
      sessions.map(({ caps, participant_id, session_id }) => [caps, participant_id, session_id].join('\t')),
    ),
  );
  return {
    nature: natureOf(examination),
    counts: countsOf(examination),
    issues: findings.map(({ issue }) => issue),
    report: reportOf(examination, version),
    voxels,
    concerned: concerned.size,
    sessions: places.reduce((sum, { sessions }) => sum + sessions.length, 0),
  };
}

/** What the page asks for in the background: headers alone. Throws as `examine`. */
export async function askDoctor(
  { folder, voxels = false }: { readonly folder: string; readonly voxels?: boolean },
  { workspace, readers, signal, version }: JobContext,
): Promise<DoctorView> {
  return viewOf(await examine(folder, voxels, { workspace, readers, signal }), version);
}

const ownNames = ['caps', 'tables', 'sound_sessions', 'sound_sessions.tsv', leftOutFile, 'report.txt', doctorMark];

/** Refuses a new folder inside of what is looked through as data. */
function refuseInside(output: string, folder: string, { places, surveyed }: Examination): void {
  const inside = [...places.map(({ path }) => path), ...surveyed.maps, ...surveyed.older].map((path) => joinPath(folder, path));
  const around = inside.find((path) => path !== '' && (output === path || output.startsWith(`${path}/`)));
  if (around !== undefined) throw appError('doctor-inside', { path: output, folder: around }, { where: 'repair' });
}

/** Throws as `examine`; with `--repair` before anything is written `doctor-inside` and what `checkNew` throws. */
export const doctorJob: Job<DoctorOptions, DoctorResult> = async (options, context) => {
  const { folder, headers_only, repair } = options;
  const output = repair === null || repair === '' ? null : joinPath(...repair.split('/'));
  const place: NewFolder | null = output === null ? null : { path: output, what: 'A mended study', ownNames };
  if (place !== null) await checkNew(place, context);
  const examination = await examine(folder, !headers_only, context);
  if (output !== null) refuseInside(output, joinPath(...folder.split('/')), examination);
  for (const { issue } of examination.findings) context.issue(issue);
  const report = reportOf(examination, context.version);
  for (const line of report) context.log(line);
  const view = viewOf(examination, context.version);
  if (place === null) return { ...view, mended: null };
  const mended = await writeNew(place, context, () => writeAll(examination, options, place.path, report, context));
  for (const caps of mended.caps)
    for (const { kind, table, sessions } of caps.sound)
      context.log(`${sessions} sound sessions${kind === '' ? '' : ` with ${kind}`} of ${caps.caps_directory}: ${table}`);
  for (const { from, table } of mended.tables) context.log(`${from} was mended: ${table}`);
  context.log(`${mended.leftOut} sessions are left out: ${mended.list}`);
  return { ...view, mended };
};

async function writeAll(
  examination: Examination,
  { folder, only }: DoctorOptions,
  output: string,
  report: readonly string[],
  context: JobContext,
): Promise<Mended> {
  const plan = planMending(examination, only);
  const mended = await writeMended({ examination, plan, only, folder, output }, context);
  const encoder = new TextEncoder();
  await context.workspace.write(joinPath(output, 'report.txt'), encoder.encode(`${report.join('\n')}\n`));
  const mark = { made_by: `ClinicaDL for the browser ${context.version}`, doctor: countsOf(examination) };
  await context.workspace.write(joinPath(output, doctorMark), encoder.encode(`${JSON.stringify(mark, null, 2)}\n`));
  return mended;
}
