/** @file The masks that generated data sets need: files of a folder that the person names, or boxes around the hippocampi. */
import { AppError, appError } from '../../base/errors';
import { findMask } from '../../caps/masks';
import { joinPath } from '../../folders/names';
import { boxGrids, boxMaskFile, boxNames } from '../hippocampus-boxes';
import type { JobContext } from '../job-context';
import type { Source } from './sources';

/** The path in the workspace of `name`.nii or `name`.nii.gz. Throws `generate-mask-missing`. */
export async function maskInFolder(folder: string, name: string, { workspace }: Pick<JobContext, 'workspace'>): Promise<string> {
  for (const ending of ['.nii', '.nii.gz']) {
    const path = joinPath(folder, name + ending);
    if ((await workspace.kindOf(path)) === 'file') return path;
  }
  throw appError('generate-mask-missing', { file: `${name}.nii`, folder }, { where: folder });
}

export interface BoxMasks {
  /** Inside the workspace: left, right. */
  readonly paths: readonly string[];
  /** Those that are to be written at their paths. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

const template = 'MNI152NLin2009cSym';

/** The boxes that the CAPS has, else those that are made for the grid of its images, inside the new CAPS. Throws `box-masks-grid`. */
export async function boxMasks(
  { shape, affine, path: file }: Source,
  options: {
    readonly caps_directory: string;
    readonly generated_caps_directory: string;
    readonly use_uncropped_image: boolean;
  },
  { workspace, log }: Pick<JobContext, 'workspace' | 'log'>,
): Promise<BoxMasks> {
  const { caps_directory, generated_caps_directory, use_uncropped_image } = options;
  const masks = await Promise.all(
    boxNames.map(async (roi) => {
      const query = { template, pattern: 'res-1x1x1', roi, cropped: !use_uncropped_image };
      const there = await findMask(workspace.sub(caps_directory), query).catch((error: unknown) => {
        if (error instanceof AppError && error.code.startsWith('mask')) return undefined;
        throw error;
      });
      if (there !== undefined) return { path: joinPath(caps_directory, there) };
      const made = affine === null ? undefined : await boxMaskFile(roi, shape, affine);
      if (made === undefined)
        throw appError('box-masks-grid', { expected: boxGrids, file, shape: shape.join(' × ') }, { where: file });
      return { path: joinPath(generated_caps_directory, `masks/tpl-${template}`, made.name), bytes: made.bytes };
    }),
  );
  log(`AD lose intensity in ${masks[0].path}, CN in ${masks[1].path}: boxes of this program, not the masks of ClinicaDL.`);
  return {
    paths: masks.map(({ path }) => path),
    files: masks.flatMap(({ path, bytes }) => (bytes === undefined ? [] : [{ path, bytes }])),
  };
}
