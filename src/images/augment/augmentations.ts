/** @file The augmentations by name, and a list of them as one. */
import { biasField, blur, ghosting, spike } from './artefacts';
import type { Augmentation } from './augmentation';
import { motion } from './motion';
import { cropPad, erasing, noise, smoothing } from './plain';
import { swap } from './swap';

export const augmentations = {
  Noise: noise,
  Erasing: erasing,
  CropPad: cropPad,
  Smoothing: smoothing,
  Motion: motion,
  Ghosting: ghosting,
  Spike: spike,
  BiasField: biasField,
  RandomBlur: blur,
  RandomSwap: swap,
} as const satisfies Readonly<Record<string, Augmentation>>;

export type AugmentationName = keyof typeof augmentations;

/** One after the other. All are drawn first, which is the same: no draw depends on voxels. */
export function inOrder(names: readonly AugmentationName[]): Augmentation {
  return (random, shape) => {
    const changes = names.map((name) => augmentations[name](random, shape));
    return (data) => changes.reduce((values, change) => change(values), data);
  };
}
