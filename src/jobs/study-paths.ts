/**
 * @file Paths in the files of a MAPS. They were typed in another folder, or on another computer: where the MAPS lay then and where it
 * lies now tell what they mean in the folder that is open.
 */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { informationFile } from '../maps/layout';
import type { TrainOptions } from '../options/train';
import type { JobContext } from './job-context';

export interface MapsPlace {
  /** In the opened folder, now. */
  readonly now: string;
  /** As `information.log` has it: where the training was started, relative or absolute; null when it does not tell. */
  readonly before: string | null;
}

/** Names of a path, without drive letter and the slash of an absolute one. */
const namesOf = (path: string): string[] =>
  path.split(/[/\\]/).filter((name) => name !== '' && name !== '.' && !/^[A-Za-z]:$/.test(name));

const isAbsolute = (path: string): boolean => /^([/\\]|[A-Za-z]:[/\\])/.test(path);

export async function mapsPlace(maps: Folder, now: string): Promise<MapsPlace> {
  if ((await maps.kindOf(informationFile)) !== 'file') return { now, before: null };
  const text = new TextDecoder().decode(await maps.read(informationFile));
  return { now, before: /^- Path :\t(.+?)\r?$/m.exec(text)?.[1] ?? null };
}

/** The two folders, then and now, that hold the same: what is left of both paths of the MAPS without their common end. */
function sameFolder({ now, before }: { now: readonly string[]; before: readonly string[] }) {
  let common = 0;
  while (common < Math.min(now.length, before.length) && now.at(-1 - common) === before.at(-1 - common)) common++;
  return { now: now.slice(0, now.length - common), before: before.slice(0, before.length - common), common };
}

/** Where the path is if the MAPS has kept its place among the other files, and whether that is beyond doubt. */
function keptPlace(path: readonly string[], place: MapsPlace): { readonly path: string; readonly sure: boolean } | undefined {
  if (place.before === null) return undefined;
  const [now, before] = [namesOf(place.now), namesOf(place.before)];
  let same = sameFolder({ now, before });
  let sure = same.common > 0 || now.length === 0;
  if (!sure) {
    // Renamed: its folder may be the same.
    same = sameFolder({ now: now.slice(0, -1), before: before.slice(0, -1) });
    sure = same.now.length === 0 && same.before.length === 0;
  }
  if (same.before.some((name, i) => path[i] !== name)) return undefined;
  return { path: joinPath(...same.now, ...path.slice(same.before.length)), sure };
}

/** Ends of the path, the longest first, in the folder of the MAPS, then in those above it. */
function* guesses(path: readonly string[], now: string): Generator<string> {
  const above = namesOf(now).slice(0, -1);
  for (let from = 0; from < path.length; from++)
    for (let depth = above.length; depth >= 0; depth--) yield joinPath(...above.slice(0, depth), ...path.slice(from));
}

/**
 * The path inside the opened folder that a path in a MAPS means. What is not certain is told: in the log for a path of another
 * computer, as an issue otherwise. Throws `path-elsewhere` when nothing in the opened folder can be meant.
 */
export async function rememberedPath(
  path: string,
  place: MapsPlace,
  context: Pick<JobContext, 'workspace' | 'log' | 'issue'>,
): Promise<string> {
  const names = namesOf(path);
  const absolute = isAbsolute(path);
  const exists = async (found: string): Promise<boolean> => (await context.workspace.kindOf(found)) !== undefined;
  const kept = keptPlace(names, place);
  if (kept !== undefined && kept.path !== '' && (await exists(kept.path))) {
    if (kept.path !== path) context.log(`"${path}" is taken to be "${kept.path}" in the opened folder.`);
    if (!kept.sure && !absolute) context.issue(makeIssue('path-guessed', { path, found: kept.path }, path));
    return kept.path;
  }
  if (!absolute && names.length === 0) return path;
  for (const found of guesses(names, place.now)) {
    if (!(await exists(found))) continue;
    if (absolute) context.log(`"${path}" is taken to be "${found}" in the opened folder.`);
    else if (found !== joinPath(...names)) context.issue(makeIssue('path-guessed', { path, found }, path));
    return found;
  }
  throw appError('path-elsewhere', { path, folder: context.workspace.name }, { where: path });
}

type TargetPaths = Pick<TrainOptions, 'caps_target' | 'tsv_target_lab' | 'tsv_target_unlab'>;

/** The paths of the second domain of a training that adapts to one. Throws `path-elsewhere`. */
export async function rememberedTarget(
  training: TargetPaths & Pick<TrainOptions, 'ssda_network'>,
  place: MapsPlace,
  context: Pick<JobContext, 'workspace' | 'log' | 'issue'>,
): Promise<Partial<TargetPaths>> {
  if (!training.ssda_network) return {};
  return {
    caps_target: await rememberedPath(training.caps_target, place, context),
    tsv_target_lab: await rememberedPath(training.tsv_target_lab, place, context),
    tsv_target_unlab: await rememberedPath(training.tsv_target_unlab, place, context),
  };
}
