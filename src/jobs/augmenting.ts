/** @file The augmentations of a training: what its options ask for, and the generators that they draw from. */
import { appError } from '../base/errors';
import { letMessagesIn } from '../base/event-loop';
import { NumpyRandom } from '../base/numpy-random';
import { PythonRandom } from '../base/python-random';
import { TorchRandom, type TorchState } from '../base/torch-random';
import type { Augmentation, Generators } from '../images/augment/augmentation';
import { type AugmentationName, augmentations, inOrder } from '../images/augment/augmentations';
import { channelsFirst, channelsLast, sampleShape } from '../learning/tasks/channels-first';
import type { Augmenting, BesideState } from '../learning/training';
import type { PredictionLevel } from '../maps/layout';
import type { TrainOptions } from '../options/train';

type Asked = Pick<TrainOptions, 'data_augmentation'>;

/** `None` changes nothing. */
function namesOf({ data_augmentation: names }: Asked): AugmentationName[] {
  return names === false ? [] : names.filter((name): name is AugmentationName => name in augmentations);
}

/** Edge of the cubes that RandomSwap moves. */
const SWAPPED = 15;

/** Throws `augmentation-unfit` for what cannot be done with elements of this kind. `shape`: [c, …space] of one. */
export function checkAugmentation(options: Asked, mode: PredictionLevel, shape: readonly number[]): void {
  const refuse = (name: AugmentationName, reason: string): Error =>
    appError('augmentation-unfit', { name, reason }, { where: 'Data.data_augmentation' });
  const space = shape.slice(1);
  for (const name of namesOf(options)) {
    if (mode === 'slice' && (name === 'Motion' || name === 'RandomSwap'))
      throw refuse(name, 'it needs volumes, and these are slices');
    if (name === 'RandomSwap' && (Math.min(...space) < SWAPPED || Math.max(...space) === SWAPPED))
      throw refuse(name, `it moves cubes of ${SWAPPED} voxels, and the elements have ${space.join(' × ')}`);
  }
}

/** The generators of a split, as seeded. */
export const seeded = (seed: number): Generators => ({
  torch: new TorchRandom(seed),
  numpy: new NumpyRandom(seed),
  python: new PythonRandom(seed),
});

/** Those of a state that was saved. */
export const restored = (torch: TorchState, { numpy, python }: BesideState): Generators => ({
  torch: TorchRandom.fromState(torch),
  numpy: NumpyRandom.fromState(numpy),
  python: PythonRandom.fromState(python),
});

export const besideOf = ({ numpy, python }: Generators): BesideState => ({ numpy: numpy.state(), python: python.state() });

const augmentationOf = (options: Asked): Augmentation | null => {
  const names = namesOf(options);
  return names.length === 0 ? null : inOrder(names);
};

/** Draws what the augmentation of one sample of this shape draws; null: there is none. */
export function drawOne(options: Asked, generators: Generators, shape: readonly number[]): (() => void) | null {
  const augmentation = augmentationOf(options);
  return augmentation === null ? null : () => void augmentation(generators, shape);
}

/**
 * ClinicaDL's data sets each read, and change, their first element when they are made: those of training and validation, and with a
 * second domain the three of that.
 */
export function drawDatasets(options: Asked, generators: Generators, shape: readonly number[], sets: 2 | 5): void {
  const draw = drawOne(options, generators, shape);
  for (let set = 0; set < sets; set++) draw?.();
}

/** Null where nothing is changed. */
export function augmentingOf(options: Asked, generators: Generators): Augmenting | null {
  const augmentation = augmentationOf(options);
  if (augmentation === null) return null;
  return {
    state: () => besideOf(generators),
    async apply(batch, signal) {
      const shape = sampleShape(batch);
      const values = channelsFirst(batch);
      const size = values.length / batch.samples.length;
      const changed = new Float32Array(values.length);
      for (const n of batch.samples.keys()) {
        changed.set(augmentation(generators, shape)(values.slice(n * size, (n + 1) * size)), n * size);
        await letMessagesIn();
        signal.throwIfAborted();
      }
      return { ...batch, data: channelsLast(changed, batch.shape) };
    },
  };
}
