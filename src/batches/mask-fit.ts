/** @file Whether region masks lie on the grid of the images: where they do not, the mask is named, and where it stands. */
import { type AppError, appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { affineText, sameAffine } from '../formats/nifti-affine';
import { checkMaskShape, fitsMask } from '../images/extract';
import type { RoiMask } from '../images/roi-mask';
import { type Triple, tripleOf } from '../images/volume';
import type { ImageGeometry } from './readers';

/** An image of a CAPS; `path` is its file. */
export interface PlacedImage extends Pick<ImageGeometry, 'shape' | 'affine'> {
  readonly path: string;
}

/**
 * Throws `mask-shape` for a mask that fits no image. For images that a mask does not fit although it fits others, the errors of
 * those images (`image-off-mask`), one each.
 */
export function imagesOffMasks(masks: readonly RoiMask[], images: readonly PlacedImage[]): AppError[] {
  const errors = masks.flatMap((mask) => {
    const sizes = images.map(({ shape, path }): Triple => tripleOf(shape, path));
    const fitting = sizes.filter((size) => fitsMask(mask, size)).length;
    if (fitting === 0 && images.length > 0) checkMaskShape(mask, sizes[0], images[0].path);
    return images.flatMap(({ path }, i) => {
      if (fitsMask(mask, sizes[i])) return [];
      const [shape, maskShape] = [sizes[i].join(' × '), mask.shape.join(' × ')];
      return [appError('image-off-mask', { file: path, shape, mask: mask.path, maskShape, count: fitting }, { where: path })];
    });
  });
  return errors.filter(({ where }, i) => errors.findIndex((other) => other.where === where) === i);
}

/** One warning for each mask that lies elsewhere in space than some of the images. */
export function masksElsewhere(masks: readonly RoiMask[], images: readonly PlacedImage[]): Issue[] {
  return masks.flatMap(({ affine, name, path }) => {
    if (affine === null) return [];
    const others = images.filter((image) => image.affine !== null && !sameAffine(affine, image.affine));
    const [first] = others;
    if (first?.affine == null) return [];
    const values = {
      mask: path,
      roi: name,
      maskAffine: affineText(affine),
      count: others.length,
      total: images.length,
      file: first.path,
      affine: affineText(first.affine),
    };
    return [makeIssue('mask-affine', values, path)];
  });
}
