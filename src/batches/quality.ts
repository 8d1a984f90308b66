/** @file One image of a quality check: read, and what the check wants to know of it. */
import { appError } from '../base/errors';
import { letMessagesIn } from '../base/event-loop';
import { product } from '../base/shape';
import type { Folder } from '../folders/folder';
import { readNifti } from '../formats/nifti';
import { type GreyMatter, greyMatterMetrics, petScore } from '../images/quality/metrics';
import { middleSlices, qualityInput, type Slice, type Voxels } from '../images/quality/slices';
import { type Triple, tripleOf } from '../images/volume';
import { readImageBytes } from './read-image';
import { readWholeImage } from './read-tensor';
import type { FolderAddress } from './readers';

/** What is asked of an image; paths are inside the folder of the request. `run`: another run may find other files at the same paths. */
export interface QualityQuestions {
  /** The input of a network, [3, 224, 224], of an image file or of a saved tensor. */
  readonly slices: { readonly kind: 'slices'; readonly tensor: boolean };
  readonly 'grey-matter': {
    readonly kind: 'grey-matter';
    readonly run: string;
    readonly template: string;
    readonly eyes: string;
  };
  readonly pet: { readonly kind: 'pet'; readonly run: string; readonly contour: string };
  /** The three middle slices as they are. */
  readonly middle: { readonly kind: 'middle' };
}

/** Null: the image has one value only, or values that are no numbers, and no answer. */
export interface QualityAnswers {
  readonly slices: Float32Array<ArrayBuffer> | null;
  readonly 'grey-matter': GreyMatter | null;
  readonly pet: number | null;
  readonly middle: readonly Slice[];
}

export type QualityKind = keyof QualityQuestions;

export interface QualityRequest<K extends QualityKind = QualityKind> {
  readonly caps: FolderAddress;
  /** A `.nii`, `.nii.gz` or `.pt` file. */
  readonly path: string;
  readonly question: QualityQuestions[K];
}

interface Image {
  readonly shape: Triple;
  readonly data: Float64Array;
}

async function readVoxels(folder: Folder, path: string): Promise<Image> {
  const { shape, data } = readNifti(await readImageBytes(folder, path), { where: path, as: 'float64' });
  return { shape: tripleOf(shape, path), data };
}

/** The sum over the fourth axis. */
async function readTemplate(folder: Folder, path: string): Promise<Image> {
  const { shape, data } = readNifti(await readImageBytes(folder, path), { where: path, as: 'float64' });
  const triple = tripleOf(shape.slice(0, 3), path);
  const size = product(triple);
  const sum = new Float64Array(size);
  for (let i = 0; i < data.length; i++) sum[i % size] += data[i];
  return { shape: triple, data: sum };
}

/** Throws `quality-mask-shape`. */
function checkGrid(mask: string, found: Triple, file: string, { shape }: Image): void {
  if (found.join() === shape.join()) return;
  const values = { mask, maskShape: found.join(' × '), file, shape: shape.join(' × ') };
  throw appError('quality-mask-shape', values, { where: mask });
}

interface Shared {
  readonly shape: Triple;
  readonly mask: Float64Array;
  /** The template in the mask, of grey matter. */
  readonly template: Float64Array;
}

/** What all images of the last run share. */
let kept: { readonly key: string; readonly shared: Promise<Shared> } | undefined;

function sharedOf(folder: Folder, question: QualityQuestions['grey-matter'] | QualityQuestions['pet']): Promise<Shared> {
  const key = JSON.stringify(question);
  if (kept?.key === key) return kept.shared;
  const read = async (): Promise<Shared> => {
    if (question.kind === 'pet') {
      const { shape, data } = await readVoxels(folder, question.contour);
      return { shape, mask: data, template: data };
    }
    const [eyes, template] = [await readVoxels(folder, question.eyes), await readTemplate(folder, question.template)];
    checkGrid(question.eyes, eyes.shape, question.template, template);
    return { shape: eyes.shape, mask: eyes.data, template: template.data.map((value, i) => value * eyes.data[i]) };
  };
  const shared = read();
  kept = { key, shared };
  shared.catch(() => {
    kept = undefined; // the next request tries again
  });
  return shared;
}

async function answer(folder: Folder, { path, question }: QualityRequest): Promise<QualityAnswers[QualityKind]> {
  if (question.kind === 'slices' && question.tensor) return qualityInput((await readWholeImage(folder, path)).volume, true);
  const image = await readVoxels(folder, path);
  const [d, h] = image.shape;
  const voxels: Voxels = { ...image, strides: [1, d, d * h] };
  await letMessagesIn(); // only then is a stop heard
  if (question.kind === 'slices') return qualityInput(voxels, false);
  if (question.kind === 'middle') return middleSlices(voxels);
  const { shape, mask, template } = await sharedOf(folder, question);
  checkGrid(question.kind === 'pet' ? question.contour : question.eyes, shape, path, image);
  return question.kind === 'pet' ? petScore(image.data, mask) : greyMatterMetrics(image.data, mask, template);
}

/** Throws what reading images and tensors throws, and `quality-mask-shape`. */
export async function lookAtQuality<K extends QualityKind>(
  folder: Folder,
  request: QualityRequest<K>,
  signal: AbortSignal,
): Promise<QualityAnswers[K]> {
  await letMessagesIn();
  signal.throwIfAborted();
  return (await answer(folder, request)) as QualityAnswers[K];
}
