/** @file What the page asks while a person looks at images: which they are, how they look, what was answered. Reads only. */
import { appError } from '../../base/errors';
import { parseCommandLine } from '../../options/derive/argv';
import type { JobContext } from '../job-context';
import { type GreyPlane, greyPlane } from '../planes';
import { type EyeSheet, prepareSheet } from './by-eye';
import { type EyeTable, readEyeTable } from './eye-table';

/** The sheet that a line `quality-check by-eye` means. Throws what the line and its command throw, `command-unknown` for another line. */
export async function eyeSheet({ line }: { readonly line: string }, context: JobContext): Promise<EyeSheet> {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run' || parsed.command !== 'quality-check by-eye')
    throw appError('command-unknown', { command: line, near: 'clinicadl quality-check by-eye was expected' });
  const { file, rater, images } = await prepareSheet(parsed.options, { ...context, issue: () => {} });
  return { file, rater, images };
}

export const eyeAnswers = ({ path }: { readonly path: string }, { workspace }: JobContext): Promise<EyeTable> =>
  readEyeTable(workspace, path);

/** Shares of the voxels that are black and white at the least. */
const [DARKEST, BRIGHTEST] = [0.005, 0.995];

/** The three middle slices, axial first. Throws what reading an image throws. */
export async function eyePlanes(
  { path }: { readonly path: string },
  { workspace, readers, signal }: JobContext,
): Promise<readonly GreyPlane[]> {
  const slices = await readers.lookAtQuality<'middle'>({ caps: workspace, path, question: { kind: 'middle' } }, signal);
  const sorted = Float64Array.from(slices.flatMap(({ values }) => [...values])).sort();
  const finite = sorted.filter(Number.isFinite);
  const [black, white] = [DARKEST, BRIGHTEST].map((share) => finite[Math.round(share * (finite.length - 1))] ?? 0);
  return slices.map(({ rows, columns, values }) =>
    greyPlane(
      Float32Array.from(values),
      { start: 0, across: { size: rows, stride: columns }, upwards: { size: columns, stride: 1 } },
      black,
      white,
    ),
  );
}
