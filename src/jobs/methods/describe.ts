/** @file `describe`: what a paper says of a training or an extraction, from its files. */
import { appError } from '../../base/errors';
import { readDescription } from '../../caps/description';
import { type ExtractionJson, listExtractionNames, readExtraction } from '../../caps/extraction-json';
import type { Folder } from '../../folders/folder';
import { isPredictedGroup, listGroups, placeOfGroup, readGroup } from '../../maps/groups';
import { readJournal } from '../../maps/journal';
import { isTrainingGroup, parametersFile, resultsFolder } from '../../maps/layout';
import { participantKey, type Session } from '../../maps/leakage';
import { listLevels, listMetrics, listResults, listSplits, readEnvironment, readParameters, splitPrefix } from '../../maps/maps';
import { modernKey, modernMapsJson } from '../../options/derive/maps-json-versions';
import type { DescribeOptions } from '../../options/describe';
import type { Job, JobContext } from '../job-context';
import { rememberedExtraction } from '../remembered-extraction';
import { mapsPlace, rememberedPath } from '../study-paths';
import { type ChecklistItem, checklistSource, reportingChecklist, yours } from './checklist';
import { type MethodsFacts, methodsParagraph, type SetSize } from './paragraph';
import { references } from './references';

export interface MethodsText {
  readonly path: string;
  readonly paragraph: string;
  readonly bibtex: string;
  readonly checklist: readonly ChecklistItem[];
  readonly checklistSource: string;
}

const sizeOf = (name: string, rows: readonly Session[]): SetSize => ({
  name,
  participants: new Set(rows.map(participantKey)).size,
  sessions: rows.length,
});

/** What a CAPS says of itself. */
async function descriptionOf(caps: Folder | null): Promise<Pick<MethodsFacts, 'ofClinica' | 'isSimulated'>> {
  if (caps === null) return { ofClinica: false, isSimulated: false };
  const { Simulated, GeneratedBy, Processing } = await readDescription(caps);
  const isSimulated = Simulated === true;
  const names = [GeneratedBy, Processing].flat().map((one) => String((one as { Name?: unknown } | undefined)?.Name ?? ''));
  const isPipeline = Array.isArray(Processing) && Processing.length > 0;
  return { isSimulated, ofClinica: !isSimulated && (isPipeline || names.some((name) => name.toLowerCase() === 'clinica')) };
}

async function capsOf(workspace: Folder, path: string, parameters: Readonly<Record<string, unknown>>): Promise<Folder | null> {
  const { caps_directory, multi_cohort } = parameters;
  if (typeof caps_directory !== 'string' || caps_directory === '' || multi_cohort === true) return null;
  try {
    const quiet = { workspace, log: () => {}, issue: () => {} };
    return workspace.sub(await rememberedPath(caps_directory, await mapsPlace(workspace.sub(path), path), quiet));
  } catch {
    return null; // not in the opened folder: nothing is claimed of it
  }
}

async function setsOf(maps: Folder): Promise<SetSize[]> {
  const sets: SetSize[] = [];
  for (const split of await listSplits(maps))
    for (const role of ['train', 'validation'])
      if ((await maps.kindOf(`${await placeOfGroup(maps, role, split)}/data.tsv`)) === 'file')
        sets.push(sizeOf(`${role} of split ${split}`, (await readGroup(maps, role, split, null)).rows));
  return sets;
}

async function groupsOf(maps: Folder): Promise<SetSize[]> {
  const groups: SetSize[] = [];
  for (const name of await listGroups(maps))
    if (!isTrainingGroup(name) && (await isPredictedGroup(maps, name)))
      groups.push(sizeOf(`the group "${name}"`, (await readGroup(maps, name, null, null)).rows));
  return groups;
}

/** Whether any result has metrics, and whether any network was interpreted. */
async function resultsIn(maps: Folder, mode: unknown): Promise<Record<'hasMetrics' | 'hasMaps' | 'isJoined', boolean>> {
  const prefix = await splitPrefix(maps);
  let [hasMetrics, hasMaps, isJoined] = [false, false, false];
  for (const split of await listSplits(maps))
    for (const metric of await listMetrics(maps, split, prefix))
      for (const group of await listResults(maps, split, metric, prefix)) {
        const folder = resultsFolder(split, metric, group, prefix);
        const levels = await listLevels(maps, folder, group);
        hasMetrics ||= levels.some(({ metrics }) => metrics);
        isJoined ||= mode !== 'image' && levels.some(({ level }) => level === 'image');
        hasMaps ||= (await maps.list(folder)).some(({ name }) => name.startsWith('interpret-'));
      }
  return { hasMetrics, hasMaps, isJoined };
}

async function describeMaps(workspace: Folder, path: string): Promise<MethodsText> {
  const maps = workspace.sub(path);
  const written = await readParameters(maps, path);
  const modern = modernMapsJson(written);
  // Of older MAPS, what their version had is filled in where a training needs it; here, nothing but what they tell.
  const there = new Set(['preprocessing_dict', ...Object.keys(written).map((key) => modernKey(key).key)]);
  const told = Object.entries(modern).filter(([key]) => there.has(key));
  const parameters = Object.fromEntries(told);
  const extraction = rememberedExtraction(parameters, `${path}/${parametersFile}`);
  const environment = await readEnvironment(maps);
  const journal = await readJournal(maps);
  const [sets, groups] = [await setsOf(maps), await groupsOf(maps)];
  const looks = (journal?.entries ?? []).filter(({ event }) => event === 'predict');
  const { isJoined, ...results } = await resultsIn(maps, parameters.mode);
  const training = {
    isJoined,
    parameters,
    environment,
    sets,
    groups,
    predictedBy: [...new Set(looks.map(({ program }) => program))],
  };
  const about = await descriptionOf(await capsOf(workspace, path, parameters));
  return textOf(
    path,
    { extraction, ...about, training },
    {
      ...results,
      isMaps: true,
      hasSets: sets.length > 0,
      hasEnvironment: environment !== '',
      hasTest: groups.length > 0,
      transferred: typeof parameters.transfer_path === 'string' && parameters.transfer_path !== '',
      votes: parameters.mode !== 'image' || parameters.multi_network === true,
      extraction: true,
    },
  );
}

function textOf(path: string, facts: MethodsFacts, checked: Parameters<typeof reportingChecklist>[0]): MethodsText {
  const { text, cited } = methodsParagraph(facts);
  const bibtex = cited.map((key) => references[key].bibtex).join('\n\n');
  return { path, paragraph: text, bibtex, checklist: reportingChecklist(checked), checklistSource };
}

async function describeCaps(workspace: Folder, path: string, name: string | null): Promise<MethodsText> {
  const caps = workspace.sub(path);
  const known = (await caps.kindOf('')) === 'folder' ? await listExtractionNames(caps) : [];
  if (known.length === 0 || (name === null && known.length > 1))
    throw appError(
      'describe-nothing',
      { path, found: known.length === 0 ? 'no extraction' : `several: ${known.join(', ')}` },
      { where: path },
    );
  const extraction: ExtractionJson = await readExtraction(caps, name ?? known[0]);
  const facts = { extraction, ...(await descriptionOf(caps)), training: null };
  const none = { isMaps: false, hasSets: false, hasEnvironment: false, hasTest: false, hasMetrics: false, hasMaps: false };
  return textOf(path, facts, { ...none, transferred: false, votes: false, extraction: true });
}

/** Throws `describe-nothing`, and what reading a MAPS or an extraction throws. */
export async function describeMethods(
  { study, extract_json }: Pick<DescribeOptions, 'study' | 'extract_json'>,
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<MethodsText> {
  const isMaps = (await workspace.sub(study).kindOf(parametersFile)) === 'file';
  return isMaps ? describeMaps(workspace, study) : describeCaps(workspace, study, extract_json);
}

/** Lines of the checklist: never ticked. */
const checklistLines = ({ checklist }: MethodsText): string[] =>
  checklist.map(({ item, answeredBy }) => `- ${item}: ${answeredBy === null ? yours : `answered by ${answeredBy}`}`);

export const describeJob: Job<DescribeOptions, MethodsText> = async (options, context) => {
  const { output_file: file, overwrite, study } = options;
  if (options.extract_json !== null && (await context.workspace.sub(study).kindOf(parametersFile)) === 'file')
    context.log('--extract_json has no effect: the MAPS remembers its extraction.');
  if (file !== null && !file.endsWith('.md')) throw appError('describe-ending', { path: file }, { where: file });
  if (file !== null && !overwrite && (await context.workspace.kindOf(file)) !== undefined)
    throw appError('export-exists', { path: file }, { where: file });
  const found = await describeMethods(options, context);
  const lines = [found.paragraph, '', found.bibtex, '', found.checklistSource, ...checklistLines(found)];
  for (const line of lines.join('\n').split('\n')) context.log(line);
  if (file !== null) {
    const text = `# Methods\n\n${found.paragraph}\n\n# References\n\n\`\`\`bibtex\n${found.bibtex}\n\`\`\`\n\n# Reporting checklist\n\n${found.checklistSource}\n\n${checklistLines(found).join('\n')}\n`;
    await context.workspace.write(file, new TextEncoder().encode(text));
  }
  return found;
};
