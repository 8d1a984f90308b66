/** @file Occlusion (Zeiler 2014): how much the output falls when a cube of the image is replaced by the image's mean. */
import { product } from '../../base/shape';
import type { DrawSource, Executor, InputTensor } from '../../engine/executor';
import { outputChannels, scores } from './score';

export interface Cubes {
  /** Voxels along each axis, and from cube to cube. */
  readonly size: number;
  readonly stride: number;
}

/** First voxels of the cubes along an axis; the last cube ends with the axis, so that every voxel is covered. */
function startsOf(length: number, { size, stride }: Cubes): number[] {
  const last = Math.max(0, length - size);
  const starts: number[] = [];
  for (let at = 0; at < last; at += stride) starts.push(at);
  return [...starts, last];
}

/** First voxels of all cubes in an image of `space`. A cube is never larger than the image. */
export function cubesOf(space: readonly number[], cubes: Cubes): number[][] {
  return space.reduce<number[][]>(
    (places, length) => places.flatMap((place) => startsOf(length, cubes).map((start) => [...place, start])),
    [[]],
  );
}

/** Calls with the first voxel of each row of a cube, and its voxels. */
function eachRow(
  space: readonly number[],
  place: readonly number[],
  size: number,
  visit: (at: number, count: number) => void,
): void {
  const [d, h, w] = [...new Array<number>(3 - space.length).fill(1), ...space];
  const [z, y, x] = [...new Array<number>(3 - space.length).fill(0), ...place];
  const end = (start: number, length: number): number => Math.min(start + size, length);
  for (let i = z; i < end(z, d); i++) for (let j = y; j < end(y, h); j++) visit((i * h + j) * w + x, end(x, w) - x);
}

/**
 * The map of one sample, [...space]: at each voxel the mean fall of the output over the cubes that cover it; negative where the output
 * rises. `input`: one sample, channels last; all channels are covered, each by its own mean.
 */
export async function occlusion(
  executor: Executor,
  input: InputTensor,
  node: number,
  cubes: Cubes,
  batchSize: number,
  draws: DrawSource,
  onBatch: (passes: number) => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const space = input.shape.slice(1, -1);
  const channels = input.shape[input.shape.length - 1];
  const voxels = product(space);
  const means = Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = c; i < input.data.length; i += channels) sum += input.data[i];
    return sum / voxels;
  });
  const outputs = outputChannels(executor);
  const whole = await executor.predict(input, draws);
  const [before] = scores(whole.output, 1, outputs, node);
  const [falls, counts] = [new Float64Array(voxels), new Uint32Array(voxels)];
  const places = cubesOf(space, cubes);
  for (let from = 0; from < places.length; from += batchSize) {
    const some = places.slice(from, from + batchSize);
    const data = new Float32Array(some.length * input.data.length);
    for (const [k, place] of some.entries()) {
      data.set(input.data, k * input.data.length);
      eachRow(space, place, cubes.size, (at, count) => {
        for (let i = 0; i < count * channels; i++) data[k * input.data.length + at * channels + i] = means[i % channels];
      });
    }
    const { output } = await executor.predict({ shape: [some.length, ...input.shape.slice(1)], data }, draws);
    for (const [k, after] of scores(output, some.length, outputs, node).entries())
      eachRow(space, some[k], cubes.size, (at, count) => {
        for (let i = at; i < at + count; i++) {
          falls[i] += before - after;
          counts[i]++;
        }
      });
    await onBatch(some.length);
  }
  return Float32Array.from(falls, (fall, i) => fall / counts[i]);
}
