/** @file Samples → one batch in the device's axis order: the only place where inputs change from channel-first to channel-last. */
import { appError } from '../base/errors';
import { product } from '../base/shape';
import { sessionText } from '../caps/entities';
import type { Batch, Sample } from './batch';

/**
 * Joins samples [c, d, h, w] (or [c, h, w]) into a batch [n, d, h, w, c] (or [n, h, w, c]); at least one sample.
 * Throws `samples-differ` when the shapes are not all the same.
 */
export function collate(samples: readonly Sample[]): Batch {
  const { shape } = samples[0];
  const [channels, ...space] = shape;
  const voxels = product(space);
  const data = new Float32Array(samples.length * product(shape));
  samples.forEach((sample, n) => {
    if (sample.shape.length !== shape.length || sample.shape.some((length, axis) => length !== shape[axis]))
      throw appError(
        'samples-differ',
        { shape: sample.shape.join(' × '), expected: shape.join(' × ') },
        { where: sessionText(sample) },
      );
    const start = n * voxels * channels;
    if (channels === 1) data.set(sample.data, start);
    else
      for (let c = 0; c < channels; c++)
        for (let voxel = 0, from = c * voxels; voxel < voxels; voxel++) data[start + voxel * channels + c] = sample.data[from++];
  });
  return {
    shape: [samples.length, ...space, channels],
    data,
    samples: samples.map(({ participant_id, session_id, elementId, label }) => ({
      participant_id,
      session_id,
      elementId,
      label,
    })),
  };
}
