/** @file Before a prediction: which sessions of the group have no tensors yet as the network needs them, and what makes them. Reads only. */
import { mapParallel } from '../base/parallel';
import { findTensors } from '../batches/find-tensors';
import type { SessionKey } from '../caps/entities';
import type { ExtractionJson } from '../caps/extraction-json';
import { extractionFileName, extractionPath } from '../caps/layout';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { readGroup } from '../maps/groups';
import { groupFolder, isTrainingGroup } from '../maps/layout';
import { readParameters } from '../maps/maps';
import { parseCommandLine } from '../options/derive/argv';
import type { PredictOptions } from '../options/predict';
import { readGroupTable } from './group-table';
import type { JobContext } from './job-context';
import { predictedParameters } from './predicted-parameters';
import { prepareLine } from './prepare-line';
import { rememberedExtraction } from './remembered-extraction';
import { mapsPlace, rememberedPath } from './study-paths';

export interface MissingTensors {
  /** Sessions of the group. */
  readonly sessions: number;
  /** Of these, without tensors. */
  readonly missing: number;
  /** The command that makes them; '' when none is missing. */
  readonly line: string;
}

const nothing: MissingTensors = { sessions: 0, missing: 0, line: '' };
const listedAtOnce = 16;

/** @param line a `predict` command. Throws what stands in the way of looking; the command itself tells it better. */
export async function missingTensors(
  { line }: { readonly line: string },
  context: Pick<JobContext, 'workspace' | 'signal'>,
): Promise<MissingTensors> {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run' || parsed.command !== 'predict' || isTrainingGroup(parsed.options.data_group)) return nothing;
  const { options } = parsed;
  const maps = context.workspace.sub(options.input_maps_directory);
  const parameters = await predictedParameters(maps, await readParameters(maps));
  const extraction = rememberedExtraction(parameters, `${options.input_maps_directory}/maps.json`);
  const group = await groupOf(options, maps, parameters, context);
  if (group === null) return nothing;
  const caps = context.workspace.sub(group.caps);
  const found = await mapParallel(group.sessions, listedAtOnce, async (session) => {
    context.signal.throwIfAborted();
    const tensors = await findTensors(caps, session, extraction);
    return 'files' in tensors || tensors.problem.code !== 'tensor-missing';
  });
  const missing = found.filter((isThere) => !isThere).length;
  if (missing === 0) return { sessions: found.length, missing, line: '' };
  const place = {
    caps_directory: group.caps,
    subjects_sessions_tsv: group.table,
    extract_json: await freeName(caps, extraction, options.data_group),
  };
  return { sessions: found.length, missing, line: prepareLine(extraction, place) };
}

interface GroupPlace {
  readonly caps: string;
  /** Path of the table in the workspace. */
  readonly table: string;
  readonly sessions: readonly SessionKey[];
}

/** Where the group of the command is: new, by its CAPS and table, or known to the MAPS. Null when neither is said. */
async function groupOf(
  { input_maps_directory, data_group, caps_directory, participants_tsv, multi_cohort, diagnoses, use_labels }: PredictOptions,
  maps: Folder,
  parameters: Readonly<Record<string, unknown>>,
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<GroupPlace | null> {
  if (multi_cohort) return null; // each CAPS is prepared by a line of its own
  if (caps_directory !== null && participants_tsv !== null) {
    if ((await workspace.kindOf(participants_tsv)) !== 'file') return null;
    const sessions = await readGroupTable(workspace, participants_tsv, {
      diagnoses: diagnoses.length > 0 ? diagnoses : (parameters.diagnoses as readonly string[]),
      label: null,
      diagnosisOptional: !use_labels && diagnoses.length === 0,
    });
    return { caps: caps_directory, table: participants_tsv, sessions };
  }
  const table = `${groupFolder(data_group, null)}/data.tsv`;
  if ((await maps.kindOf(table)) !== 'file') return null;
  const group = await readGroup(maps, data_group, null, '');
  if (group.multi_cohort) return null;
  const silent = { workspace, log: () => {}, issue: () => {} };
  const caps = await rememberedPath(group.caps_directory, await mapsPlace(maps, input_maps_directory), silent);
  return { caps, table: joinPath(input_maps_directory, table), sessions: group.rows };
}

/** The name of the extraction; with the group and a number behind it when the CAPS has a JSON of that name. */
async function freeName(caps: Folder, { extract_json }: ExtractionJson, group: string): Promise<string> {
  const base = extract_json.replace(/\.json$/, '');
  for (let number = 0; ; number++) {
    const name = number === 0 ? base : `${base}_${group}${number === 1 ? '' : `_${number}`}`;
    if ((await caps.kindOf(extractionPath(extractionFileName(name)))) === undefined) return name;
  }
}
