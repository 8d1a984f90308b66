/** @file `leak-check`, and what the page asks: a MAPS or tables, gathered and judged. */
import { AppError, appError } from '../../base/errors';
import { type ExtractionJson, listExtractionNames, readExtraction } from '../../caps/extraction-json';
import type { Folder } from '../../folders/folder';
import { readGroupPlace } from '../../maps/groups';
import { parametersFile } from '../../maps/layout';
import type { SameFolder } from '../../maps/leakage';
import { readParameters } from '../../maps/maps';
import { modernMapsJson } from '../../options/derive/maps-json-versions';
import type { LeakCheckOptions } from '../../options/leak-check';
import { findStudies } from '../find-studies';
import type { Job, JobContext } from '../job-context';
import { caseOf } from '../leak-check';
import { predictedParameters } from '../predicted-parameters';
import { rememberedExtraction } from '../remembered-extraction';
import { mapsPlace, rememberedPath } from '../study-paths';
import type { Facts, ImageFacts, Side } from './facts';
import type { LeakFinding } from './finding';
import { gatherMaps } from './gather-maps';
import { gatherTables } from './gather-tables';
import { judge } from './judge';
import { reportLines, reportTable } from './report';
import { type JudgedScenario, judgedScenarios } from './scenarios';
import { readVoxels } from './voxels';

export interface LeakReport {
  readonly path: string;
  readonly findings: readonly LeakFinding[];
  /** The five ways of the slides of 2022. */
  readonly scenarios: readonly JudgedScenario[];
}

export type LeakRequest = Pick<
  LeakCheckOptions,
  'study' | 'caps_directory' | 'compare_images' | 'participants_tsv' | 'label' | 'site_column'
>;

const notAsked = 'The voxels of the images were not compared: it was not asked for.';

/** The CAPS of a group, where it is in the opened folder. */
async function rememberedCaps(workspace: Folder, path: string, sides: readonly Side[]): Promise<ReadonlyMap<Side, Folder>> {
  const maps = workspace.sub(path);
  const place = await mapsPlace(maps, path);
  const found = new Map<Side, Folder>();
  for (const side of sides) {
    const caps = await readGroupPlace(maps, side.file.replace(/\/data\.tsv$/, '/maps.json')).catch((error: unknown) => {
      if (error instanceof AppError) return null; // its images count as unread
      throw error;
    });
    if (caps === null || caps.multi_cohort) continue;
    try {
      const quiet = { workspace, log: () => {}, issue: () => {} };
      found.set(side, workspace.sub(await rememberedPath(caps.caps_directory, place, quiet)));
    } catch (error) {
      if (!(error instanceof AppError)) throw error; // elsewhere, as above
    }
  }
  return found;
}

/** The extraction by which the images of tables are known: the first that the CAPS describes. */
async function extractionIn(caps: Folder): Promise<ExtractionJson | null> {
  const [name] = await listExtractionNames(caps);
  return name === undefined ? null : readExtraction(caps, name);
}

async function imagesOf(
  request: LeakRequest,
  sides: readonly Side[],
  isMaps: boolean,
  context: Pick<JobContext, 'workspace' | 'report' | 'signal'>,
): Promise<ImageFacts | string> {
  const { workspace } = context;
  const { study, caps_directory } = request;
  if (!request.compare_images) return notAsked;
  const judged = sides.filter(({ role }) => role !== 'listed');
  const given = caps_directory === null ? null : workspace.sub(caps_directory);
  if (!isMaps) {
    if (given === null) return 'The voxels of the images were not compared: give --caps_directory.';
    const extraction = await extractionIn(given);
    if (extraction === null)
      return `"${caps_directory}" describes no extraction that tells which image is meant: prepare the images first.`;
    return readVoxels(judged, () => given, extraction, context);
  }
  const maps = workspace.sub(study);
  const parameters = await predictedParameters(maps, await readParameters(maps, study));
  const extraction = rememberedExtraction(parameters, `${study}/${parametersFile}`);
  const remembered = given === null ? await rememberedCaps(workspace, study, judged) : new Map<Side, Folder>();
  return readVoxels(judged, (side) => given ?? remembered.get(side) ?? null, extraction, context);
}

/** Asks the CAPS that are known whether two names are one folder. */
function sameFolderOf({ workspace }: Pick<JobContext, 'workspace'>, caps: string | null): SameFolder {
  return caseOf(caps === null ? [] : [workspace.sub(caps)]);
}

async function gather(request: LeakRequest, context: Pick<JobContext, 'workspace' | 'report' | 'signal'>): Promise<Facts> {
  const { workspace, signal } = context;
  const { study, participants_tsv: table, site_column: site } = request;
  if ((await workspace.kindOf(study)) === undefined) throw appError('leak-tables-missing', { path: study }, { where: study });
  const maps = workspace.sub(study);
  const isMaps = (await workspace.kindOf(study)) === 'folder' && (await maps.kindOf(parametersFile)) === 'file';
  if (!isMaps) {
    const sameFolder = sameFolderOf(context, request.caps_directory);
    const label = request.label ?? 'diagnosis';
    const images = (sides: readonly Side[]) => imagesOf(request, sides, false, context);
    return gatherTables(workspace, { path: study, table, label, site, sameFolder, imagesOf: images });
  }
  const parameters = modernMapsJson(await readParameters(maps, study));
  const label = request.label ?? (typeof parameters.label === 'string' ? parameters.label : 'diagnosis');
  let caps = request.caps_directory;
  if (caps === null && typeof parameters.caps_directory === 'string' && parameters.caps_directory !== '')
    caps = await rememberedPath(parameters.caps_directory, await mapsPlace(maps, study), {
      workspace,
      log: () => {},
      issue: () => {},
    }).catch((error: unknown) => {
      if (error instanceof AppError) return null; // elsewhere: names are compared as they are spelt
      throw error;
    });
  const { maps: others } = await findStudies(workspace, signal);
  return gatherMaps(workspace, {
    path: study,
    label,
    site,
    table,
    others,
    sameFolder: sameFolderOf(context, caps),
    imagesOf: (sides) => imagesOf(request, sides, true, context),
  });
}

/** Throws `leak-tables-missing`, and what reading tables and MAPS throws. */
export async function lookForLeaks(
  request: LeakRequest,
  context: Pick<JobContext, 'workspace' | 'report' | 'signal'>,
): Promise<LeakReport> {
  const findings = judge(await gather(request, context));
  return { path: request.study, findings, scenarios: judgedScenarios(findings) };
}

export const leakCheckJob: Job<LeakCheckOptions, LeakReport> = async (options, context) => {
  const { report_file: file, include_identifiers: identifiers, overwrite } = options;
  if (file !== null && !/\.(tsv|txt)$/.test(file)) throw appError('report-ending', { path: file }, { where: file });
  if (file !== null && !overwrite && (await context.workspace.kindOf(file)) !== undefined)
    throw appError('export-exists', { path: file }, { where: file });
  const found = await lookForLeaks(options, context);
  for (const line of reportLines(found.path, found.findings, false)) context.log(line);
  if (file !== null) {
    const text = `${reportLines(found.path, found.findings, identifiers).join('\n')}\n`;
    const bytes = file.endsWith('.tsv') ? reportTable(found.findings, identifiers) : new TextEncoder().encode(text);
    await context.workspace.write(file, bytes);
  }
  return found;
};
