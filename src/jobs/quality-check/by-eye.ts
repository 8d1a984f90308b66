/** @file `quality-check by-eye`: the images that a person looks at, in an order drawn from a seed, and the table that gets the answers. */
import { appError } from '../../base/errors';
import { makeIssue } from '../../base/issues';
import { NumpyRandom } from '../../base/numpy-random';
import { someOf } from '../../base/some-of';
import { findImages, type ImageRow } from '../../caps/caps-index';
import { sessionText } from '../../caps/entities';
import { type FileType, fileTypeOf } from '../../caps/preprocessing';
import { checkByEye, checkTable, type QualityByEyeOptions } from '../../options/quality-check';
import { greyMatterSuffix } from '../../vocabulary/preprocessings';
import type { Job, JobContext } from '../job-context';
import { type EyeAnswer, printEyeTable, readEyeTable } from './eye-table';
import { refuseInput, refuseUnusable, sessionsOf } from './find-checked';

export interface ByEyeResult {
  readonly file: string;
  readonly images: number;
  /** Those with an answer. */
  readonly answered: number;
}

/** One image to look at, and what was said of it. */
export interface EyeImage extends EyeAnswer {
  /** In the workspace. */
  readonly path: string;
}

export interface EyeSheet {
  readonly file: string;
  readonly rater: string;
  /** In the order in which they are shown. */
  readonly images: readonly EyeImage[];
}

function imageType({ modality, ...options }: QualityByEyeOptions): FileType {
  if (modality !== 't1-volume') return fileTypeOf({ ...options, preprocessing: modality });
  return fileTypeOf({ ...options, preprocessing: 'custom', custom_suffix: options.custom_suffix || greyMatterSuffix });
}

/** By name, then shuffled: the same for the same seed, whatever the order of a table. */
function shuffled(rows: readonly ImageRow[], seed: number): ImageRow[] {
  const sorted = rows.toSorted((a, b) => (sessionText(a) < sessionText(b) ? -1 : 1));
  return new NumpyRandom(seed).permutation(sorted.length).map((i) => sorted[i]);
}

export interface PreparedSheet extends EyeSheet {
  /** The table has these rows already. */
  readonly isWritten: boolean;
  /** Rows of the table without an image, which stay in it. */
  readonly gone: readonly EyeAnswer[];
}

/**
 * The images with the answers so far: those of the table in its order, then new ones. Throws `eye-table`, `eye-rater`, and the codes of
 * `checkByEye`, `checkTable`, `sessionsOf`, `refuseUnusable`.
 */
export async function prepareSheet(options: QualityByEyeOptions, context: JobContext): Promise<PreparedSheet> {
  checkByEye(options);
  checkTable(options);
  const { workspace, signal } = context;
  const { caps_directory, output_tsv: file } = options;
  const rater = (options.rater ?? '').trim();
  refuseInput(file, options.participants_tsv);
  const isThere = (await workspace.kindOf(file)) !== undefined;
  const before = isThere ? await readEyeTable(workspace, file) : { rater: null, answers: [] };
  if (before.rater !== null && before.rater !== rater)
    throw appError('eye-rater', { path: file, found: before.rater, rater }, { where: 'Options.rater' });
  const sessions = await sessionsOf(options, context);
  const caps = workspace.sub(caps_directory);
  const found = await findImages(caps, sessions, imageType(options), signal);
  for (const issue of [...found.notes, ...found.problems]) context.issue(issue);
  if (found.rows.length === 0) refuseUnusable(found, [], sessions.length, caps_directory, context.issue);
  const byName = new Map(found.rows.map((row) => [sessionText(row), row]));
  const shown = before.answers.flatMap((answer) => {
    const row = byName.get(sessionText(answer));
    return row === undefined ? [] : [{ ...answer, path: row.path }];
  });
  const known = new Set(before.answers.map(sessionText));
  const fresh = shuffled(found.rows, options.seed).filter((row) => !known.has(sessionText(row)));
  const gone = before.answers.filter((answer) => !byName.has(sessionText(answer)));
  if (gone.length > 0) {
    const values = { count: gone.length, path: file, sessions: someOf(gone.map(sessionText)) };
    context.issue(makeIssue('eye-sessions-gone', values, file));
  }
  const prefix = caps_directory === '' || caps_directory === '.' ? '' : `${caps_directory.replace(/\/+$/, '')}/`;
  const images = [...shown, ...fresh.map((row) => ({ ...row, pass: null, comment: '' }))].map((image) => ({
    ...image,
    path: prefix + image.path,
  }));
  return { file, rater, images, isWritten: isThere && fresh.length === 0, gone };
}

export const byEyeJob: Job<QualityByEyeOptions, ByEyeResult> = async (options, context) => {
  const { file, rater, images, isWritten, gone } = await prepareSheet(options, context);
  if (!isWritten) await context.workspace.write(file, printEyeTable([...images, ...gone], rater));
  const answered = images.filter(({ pass }) => pass !== null).length;
  context.log(`${images.length} images to look at, ${answered} with an answer of ${rater}: ${file}.`);
  return { file, images: images.length, answered };
};
