/** @file One image for the eye: its voxels, the images that a session has, and what an extraction would cut out of it. Reads only. */
import { appError } from '../base/errors';
import { extractionOfJson, readMasks } from '../batches/extraction-plan';
import { readImageBytes } from '../batches/read-image';
import { chooseImage, sessionFiles } from '../caps/caps-index';
import { isSimulated } from '../caps/description';
import type { SessionKey } from '../caps/entities';
import { fileTypeOf } from '../caps/preprocessing';
import { readNifti } from '../formats/nifti';
import type { Affine } from '../formats/nifti-affine';
import { type Extraction, elementCount, elementEnd, elementId, elementOrigin } from '../images/extract';
import type { Triple } from '../images/volume';
import { parseCommandLine } from '../options/derive/argv';
import { asCustom, checkPrepareData, type PrepareDataOptions } from '../options/prepare-data';
import { describeExtraction } from './describe-extraction';
import { kindsAmong, titleOf } from './inspect-caps';
import type { JobContext } from './job-context';

export interface ImageView {
  readonly shape: Triple;
  readonly affine: Affine;
  /** In the order of the file: the first axis varies fastest. The first volume, where there are several. */
  readonly data: Float32Array<ArrayBuffer>;
  readonly volumes: number;
  /** 2nd and 98th percentile: what is drawn black and white at first. */
  readonly window: readonly [number, number];
  readonly range: readonly [number, number];
}

/** Values that percentiles are taken of, at most: every n-th voxel. */
const mostSampled = 1 << 17;

/** `path`: of a `.nii` or `.nii.gz` file. Throws what reading throws, and `image-not-3d`. */
export async function imageView(
  { path }: { readonly path: string },
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<ImageView> {
  const { shape: whole, data: values, affine } = readNifti(await readImageBytes(workspace, path), { where: path });
  const [x = 1, y = 1, z = 1, ...others] = whole;
  if (whole.length < 2) {
    const values = { file: path, shape: whole.join(' × '), reason: 'it has 1 axis' };
    throw appError('image-not-3d', values, { where: path });
  }
  const size = x * y * z;
  const data = new Float32Array(values.subarray(0, size));
  const step = Math.max(1, Math.floor(size / mostSampled));
  const sample = Float32Array.from({ length: Math.floor(size / step) }, (_, i) => data[i * step])
    .filter(Number.isFinite)
    .sort();
  const at = (share: number): number => sample[Math.round(share * (sample.length - 1))] ?? 0;
  return {
    shape: [x, y, z],
    affine,
    data,
    volumes: others.reduce((a, b) => a * b, 1),
    window: [at(0.02), at(0.98)],
    range: [at(0), at(1)],
  };
}

export interface SessionImages {
  /** One of each kind that the session has exactly one of; paths in the workspace. */
  readonly images: readonly { readonly title: string; readonly path: string }[];
  /** The CAPS says that no real person is in it. */
  readonly simulated: boolean;
}

export async function sessionImages(
  { caps_directory, participant_id, session_id }: SessionKey & { readonly caps_directory: string },
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<SessionImages> {
  const caps = workspace.sub(caps_directory);
  const session = { participant_id, session_id };
  const files = await sessionFiles(caps, session);
  const images = kindsAmong(files).flatMap((choice) => {
    const { row } = chooseImage(session, files, fileTypeOf(choice));
    const prefix = caps_directory === '.' || caps_directory === '' ? '' : `${caps_directory}/`;
    return row === undefined ? [] : [{ title: titleOf(choice), path: `${prefix}${row.path}` }];
  });
  return { images, simulated: await isSimulated(caps) };
}

export interface CutBox {
  readonly name: string;
  /** First and last voxel along each axis of the file, both inside. */
  readonly from: Triple;
  readonly to: Triple;
}

const modes = ['image', 'slice', 'patch', 'roi'] as const;

/** Where a `prepare-data` line would cut an image of this shape. Throws what stands in its way, as the command does. */
export async function cutBoxes(
  { line, shape }: { readonly line: string; readonly shape: Triple },
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<CutBox[]> {
  const parsed = parseCommandLine(line);
  const mode = modes.find((one) => parsed.kind === 'run' && parsed.command === `prepare-data ${one}`);
  if (parsed.kind !== 'run' || mode === undefined) return [];
  const request = asCustom({ mode, options: parsed.options } as PrepareDataOptions);
  checkPrepareData(request);
  const json = describeExtraction(request, '');
  const caps = workspace.sub(request.options.caps_directory);
  const extraction = extractionOfJson(json, json.mode === 'roi' ? await readMasks(caps, json) : []);
  return boxesOf(extraction, shape, request.options.caps_directory);
}

/** The elements of an image of this shape. `where` names it in errors; throws what `elementCount` throws. */
export function boxesOf(extraction: Extraction, shape: Triple, where: string): CutBox[] {
  return Array.from({ length: elementCount(extraction, shape, where) }, (_, i) => ({
    name: nameOf(extraction, i),
    from: elementOrigin(extraction, shape, i),
    to: elementEnd(extraction, shape, i),
  }));
}

function nameOf(extraction: Extraction, i: number): string {
  if (extraction.mode === 'roi') return extraction.masks[i].name;
  return extraction.mode === 'image' ? 'the whole image' : `${extraction.mode} ${elementId(extraction, i)}`;
}
