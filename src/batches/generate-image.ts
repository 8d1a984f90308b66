/** @file One generated image from its source to its file. */
import { appError } from '../base/errors';
import { letMessagesIn } from '../base/event-loop';
import { NumpyRandom, type NumpyState } from '../base/numpy-random';
import { contiguousStrides } from '../base/shape';
import type { Folder } from '../folders/folder';
import { gzip } from '../formats/gzip';
import { type NiftiImage, readNifti, writeNifti } from '../formats/nifti';
import { rewriteNifti } from '../formats/nifti-rewrite';
import { type Artifacts, applyArtifacts } from '../images/generate/artifacts';
import { applyAtrophy, countLost } from '../images/generate/atrophy';
import { type Grid, maskOnGrid, uptakeLeft } from '../images/generate/hypometabolism';
import { type Phantom, paintPhantom } from '../images/generate/phantom';
import { addNoise } from '../images/generate/random';
import { copyRowMajor, type Triple, tripleOf } from '../images/volume';
import { readImageBytes } from './read-image';
import { elementFile } from './read-tensor';
import type { CountLostRequest, GenerateImageRequest } from './readers';

/** What is made of which files; plain data, with all that was drawn, or where the generator is. Paths are inside the folder of the request. */
export type Recipe =
  | {
      readonly kind: 'random';
      readonly source: string;
      readonly state: NumpyState;
      readonly mean: number;
      readonly sigma: number;
    }
  | {
      readonly kind: 'trivial';
      readonly source: string;
      readonly mask: string;
      readonly state: NumpyState;
      readonly percent: number;
    }
  | { readonly kind: 'phantom'; readonly phantom: Phantom }
  | { readonly kind: 'hypometabolic'; readonly source: string; readonly uptake: UptakeRecipe }
  | { readonly kind: 'artifacts'; readonly source: string; readonly artifacts: Artifacts };

interface UptakeRecipe {
  /** Names the run: the next one may find another mask under the same name. */
  readonly run: string;
  readonly mask: string;
  readonly grid: Grid;
  readonly degree: number;
  readonly sigma: number;
}

interface Source {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly image: NiftiImage<Float64Array<ArrayBuffer>>;
  readonly shape: Triple;
}

async function readSource(folder: Folder, path: string): Promise<Source> {
  const bytes = await readImageBytes(folder, path);
  const image = readNifti(bytes, { where: path, as: 'float64' });
  // Voxels of a float64 file are a view of its bytes, which are needed as they are.
  return { bytes, image: { ...image, data: Float64Array.from(image.data) }, shape: tripleOf(image.shape, path) };
}

/** The voxels of a mask on the grid of an image. Throws `generate-mask-shape`. */
async function readMaskOf(folder: Folder, mask: string, source: string, shape: Triple): Promise<Float64Array> {
  const found = await readSource(folder, mask);
  if (found.shape.join() !== shape.join()) {
    const values = { mask, maskShape: found.shape.join(' × '), file: source, shape: shape.join(' × ') };
    throw appError('generate-mask-shape', values, { where: mask });
  }
  return found.image.data;
}

export async function countLostVoxels(folder: Folder, request: CountLostRequest, signal: AbortSignal): Promise<number[]> {
  signal.throwIfAborted();
  const { path, masks } = request;
  const { image, shape } = await readSource(folder, path);
  const counts: number[] = [];
  for (const mask of masks) {
    await letMessagesIn(); // only then is a stop heard
    signal.throwIfAborted();
    counts.push(countLost(image.data, await readMaskOf(folder, mask, path, shape)));
  }
  return counts;
}

/** The last map of uptake, which all images of a run share. */
let kept: { readonly key: string; readonly map: Promise<Float64Array> } | undefined;

function uptakeOf(folder: Folder, recipe: UptakeRecipe): Promise<Float64Array> {
  const key = JSON.stringify(recipe);
  if (kept?.key === key) return kept.map;
  const { mask, grid, degree, sigma } = recipe;
  const map = readSource(folder, mask).then(({ image, shape }) =>
    uptakeLeft(maskOnGrid({ shape, affine: image.affine, data: image.data }, grid), grid.shape, degree, sigma),
  );
  kept = { key, map };
  map.catch(() => {
    kept = undefined; // the next request tries again
  });
  return map;
}

/** The bytes of a NIfTI file. */
async function imageOf(folder: Folder, recipe: Exclude<Recipe, { readonly kind: 'phantom' }>): Promise<Uint8Array<ArrayBuffer>> {
  const { source } = recipe;
  if (recipe.kind === 'artifacts') return withArtifacts(folder, source, recipe.artifacts);
  const { bytes, image, shape } = await readSource(folder, source);
  if (recipe.kind === 'random') {
    addNoise(image.data, shape, NumpyRandom.fromState(recipe.state), recipe.mean, recipe.sigma);
    return rewriteNifti(bytes, image, image.data);
  }
  if (recipe.kind === 'trivial') {
    const mask = await readMaskOf(folder, recipe.mask, source, shape);
    applyAtrophy(image.data, mask, shape, NumpyRandom.fromState(recipe.state), recipe.percent);
  } else {
    const map = await uptakeOf(folder, recipe.uptake);
    for (let at = 0; at < map.length; at++) image.data[at] *= map[at];
  }
  return writeNifti({ shape, data: image.data, affine: image.affine, datatype: 'float64' });
}

async function withArtifacts(folder: Folder, source: string, artifacts: Artifacts): Promise<Uint8Array<ArrayBuffer>> {
  const { shape: axes, data: found, affine } = readNifti(await readImageBytes(folder, source), { where: source });
  const shape = tripleOf(axes, source);
  const [d, h, w] = shape;
  const rows = new Float32Array(found.length);
  copyRowMajor(found as Float32Array<ArrayBuffer>, 0, shape, [1, d, d * h], rows);
  const changed = applyArtifacts(rows, shape, affine, artifacts);
  const data = new Float32Array(changed.length);
  let at = 0;
  for (let k = 0; k < w; k++) for (let j = 0; j < h; j++) for (let i = 0; i < d; i++) data[at++] = changed[(i * h + j) * w + k];
  return writeNifti({ shape, data, affine, datatype: 'float32' }, { sformCode: 1, qformCode: 1, isMillimetres: true });
}

/** Throws what `readImageBytes` and `readNifti` throw. */
export async function generateImage(folder: Folder, request: GenerateImageRequest, signal: AbortSignal): Promise<void> {
  const hear = async (): Promise<void> => {
    await letMessagesIn(); // only then is a stop heard
    signal.throwIfAborted();
  };
  await hear();
  const { recipe, outputPath } = request;
  if (recipe.kind === 'phantom') {
    const shape = [1, recipe.phantom.size, recipe.phantom.size];
    const element = { shape, strides: contiguousStrides(shape), data: paintPhantom(recipe.phantom) };
    await folder.write(outputPath, elementFile(element, outputPath));
    return;
  }
  const image = await imageOf(folder, recipe);
  await hear();
  const file = outputPath.endsWith('.gz') ? await gzip(image) : image;
  await hear();
  await folder.write(outputPath, file);
}
