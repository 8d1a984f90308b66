/** @file The images of a CAPS or BIDS folder: readable, on one grid, each only once, with values that can be learned from. */
import { type AppError, concernsOnly } from '../../base/errors';
import { type Issue, issueOf } from '../../base/issues';
import type { Progress } from '../../base/job';
import { mapParallel } from '../../base/parallel';
import { timeLeft } from '../../base/time-left';
import type { ImageExamination } from '../../batches/readers';
import { chooseImage } from '../../caps/caps-index';
import { type SessionKey, sessionText } from '../../caps/entities';
import { fileTypeOf, type ImageChoice } from '../../caps/preprocessing';
import { joinPath } from '../../folders/names';
import { axisCodes, type Grid, isSameGrid, rearrangementTo } from '../../images/grid';
import { kindsAmong, titleOf } from '../inspect-caps';
import type { JobContext } from '../job-context';
import { type Finding, findingOf, found } from './findings';
import type { FoundCaps, FoundSession } from './look-at-folders';
import { clustersOf, referenceGrid } from './reference-grid';

export interface FoundKind {
  readonly choice: ImageChoice;
  /** For people: `t1-linear`. */
  readonly title: string;
  /** Sessions with exactly one such image. */
  readonly sessions: readonly SessionKey[];
}

export interface FoundImages {
  readonly kinds: readonly FoundKind[];
  /** How many files were looked at. */
  readonly images: number;
  readonly findings: readonly Finding[];
  /** Where images that are mended go, by their path in the view. */
  readonly mended: ReadonlyMap<string, Grid>;
}

type Context = Pick<JobContext, 'readers' | 'signal'> & { report?(progress: Progress): void };

interface Candidate {
  readonly session: FoundSession;
  /** In the view of the CAPS. */
  readonly path: string;
  /** In the workspace. */
  readonly shown: string;
}

interface Looked extends Candidate {
  readonly image: ImageExamination;
}

/** Share of a grid that an image must have to be padded rather than left out. */
const LEAST_COVERED = 0.5;

/** Images by kind; in BIDS, and where no kind is known, every NIfTI file. */
function candidatesOf(caps: FoundCaps, findings: Finding[]): { kinds: FoundKind[]; files: Map<string, Candidate[]> } {
  const { sessions } = caps;
  const shownOf = (path: string): string => joinPath(caps.path, caps.realPath(path));
  const choices = caps.layout === 'bids' ? [] : kindsAmong(sessions.flatMap(({ files }) => files));
  const files = new Map<string, Candidate[]>();
  const kinds = choices.map((choice): FoundKind => {
    const title = titleOf(choice);
    const images: Candidate[] = [];
    for (const session of sessions) {
      const { row, problem } = chooseImage(session, session.files, fileTypeOf(choice));
      if (row !== undefined) images.push({ session, path: row.path, shown: shownOf(row.path) });
      if (problem?.code === 'image-twice') findings.push(findingOf(problem, { caps: caps.path, sessions: [session] }));
    }
    files.set(title, images);
    return { choice, title, sessions: images.map(({ session }) => session) };
  });
  if (choices.length === 0) {
    const images = sessions.flatMap((session) =>
      session.files
        .filter((path) => /\.nii(?:\.gz)?$/i.test(path))
        .map((path): Candidate => ({ session, path, shown: shownOf(path) })),
    );
    files.set('', images);
  }
  return { kinds, files };
}

/** The examination of each image that can be read; the others become findings. */
async function examineAll(
  caps: FoundCaps,
  candidates: readonly Candidate[],
  voxels: boolean,
  findings: Finding[],
  { readers, signal, report = () => {} }: Context,
): Promise<Looked[]> {
  const left = timeLeft();
  const limit = readers.size * (voxels ? 2 : 4);
  let done = 0;
  const tell = (): void => {
    const secondsLeft = left.seconds(candidates.length - done, limit);
    const progress = { stage: voxels ? 'voxels' : 'headers', done, total: candidates.length, unit: 'images' };
    report(secondsLeft === undefined ? progress : { ...progress, secondsLeft });
  };
  tell();
  const looked = await mapParallel(candidates, limit, async (candidate): Promise<Looked | undefined> => {
    signal.throwIfAborted();
    const startedMs = performance.now();
    const path = caps.realPath(candidate.path);
    try {
      return { ...candidate, image: await readers.examineImage({ caps: caps.folder, path, voxels }, signal) };
    } catch (error) {
      if (!concernsOnly(path, error)) throw error;
      findings.push(findingOf(shownIssue(error, candidate), { caps: caps.path, sessions: [candidate.session] }));
      return undefined;
    } finally {
      left.add(performance.now() - startedMs);
      done++;
      tell();
    }
  });
  return looked.flatMap((one) => one ?? []);
}

/** Says the file as the workspace has it. */
function shownIssue(error: AppError, { shown }: Candidate): Issue {
  return { ...issueOf(error), where: shown };
}

const numbers = (values: readonly number[]): string => values.map((value) => String(Number(value.toFixed(2)))).join(', ');
const originOf = ({ affine }: Grid): string => numbers(affine.slice(0, 3).map((row) => row[3]));

/** What is wrong with the place of images of one kind. */
function gridFindings(caps: FoundCaps, kind: FoundKind, looked: readonly Looked[], mended: Map<string, Grid>): Finding[] {
  const { choice, title } = kind;
  if (choice.preprocessing === 'dwi-dti' && choice.dti_space === 'native') return []; // each lies in its own space
  const placed = looked.filter(({ image }) => image.isPlaced);
  const judged = placed.length > 0 ? placed : looked;
  const clusters = clustersOf(judged.map(({ image }) => image));
  const isLinear = choice.preprocessing.endsWith('-linear');
  const target = referenceGrid(clusters, { isLinear, isUncropped: choice.use_uncropped_image === true });
  const about = ({ session }: Looked) => ({ caps: caps.path, sessions: [session] });
  if (target === undefined) {
    if (clusters.length === 0) return [];
    const grids = clusters
      .slice(0, 4)
      .map(({ grid, count }) => `${count} × ${grid.shape.join(' × ')} from ${originOf(grid)} mm on`);
    const values = { kind: title, count: clusters.length, grids: grids.join('; ') };
    const sessions = judged.map(({ session }) => session);
    return [found('doctor-grid-unclear', values, caps.path, { caps: caps.path, sessions })];
  }
  return looked.flatMap((one): Finding[] => {
    const { image, shown: file } = one;
    if (!image.isPlaced && placed.length > 0) return [found('doctor-unplaced', { file }, file, about(one))];
    if (isSameGrid(image, target)) return [];
    const way = rearrangementTo(image, target);
    const first = way?.begins.map((begin, a) => (way.signs[a] > 0 ? begin : begin - image.shape[way.axes[a]] + 1));
    const isMoved = way !== undefined && first!.some((begin, a) => begin !== 0 || image.shape[way.axes[a]] !== target.shape[a]);
    const isPadded = way !== undefined && way.covered < 1;
    if (way === undefined || way.covered < LEAST_COVERED || (isPadded && !image.storesZero))
      return [found('doctor-grid-resample', { file }, file, about(one))];
    mended.set(one.path, target);
    const turned = found('doctor-turned', { file, codes: `${axisCodes(image)} for ${axisCodes(target)}` }, file, about(one));
    const moved = {
      file,
      shape: image.shape.join(' × '),
      origin: originOf(image),
      expected: target.shape.join(' × '),
      begin: originOf(target),
    };
    return [...(way.isTurned ? [turned] : []), ...(isMoved ? [found('doctor-grid', moved, file, about(one))] : [])];
  });
}

/** Images of equal voxels. */
function duplicates(caps: string, looked: readonly Looked[]): Finding[] {
  const byHash = new Map<string, Looked[]>();
  for (const one of looked) {
    const { hash } = one.image;
    if (hash !== null) byHash.set(hash, [...(byHash.get(hash) ?? []), one]);
  }
  return [...byHash.values()]
    .filter((same) => same.length > 1)
    .map((same) => {
      const [{ shown: file }, ...others] = same;
      const sessions = [...new Map(same.map(({ session }) => [sessionText(session), session])).values()];
      return found('doctor-duplicate', { file, others: others.map(({ shown }) => `"${shown}"`).join(', ') }, file, {
        caps,
        sessions,
      });
    });
}

/** Looks at every image. `voxels`: also at their values, one after the other. */
export async function lookAtImages(caps: FoundCaps, voxels: boolean, context: Context): Promise<FoundImages> {
  const findings: Finding[] = [];
  const mended = new Map<string, Grid>();
  const { kinds, files } = candidatesOf(caps, findings);
  const all: Looked[] = [];
  for (const [title, candidates] of files) {
    const kind = kinds.find((one) => one.title === title);
    const headers = await examineAll(caps, candidates, false, findings, context);
    if (kind !== undefined) findings.push(...gridFindings(caps, kind, headers, mended));
    all.push(...headers);
  }
  if (voxels) {
    const looked = await examineAll(caps, all, true, findings, context);
    for (const { image, shown: file, session } of looked) {
      const values = { file, count: image.nanCount };
      if (image.nanCount > 0) findings.push(found('doctor-nan', values, file, { caps: caps.path, sessions: [session] }));
    }
    findings.push(...duplicates(caps.path, looked));
  }
  return { kinds, images: [...files.values()].reduce((sum, { length }) => sum + length, 0), findings, mended };
}
