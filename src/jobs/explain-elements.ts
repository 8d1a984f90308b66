/** @file Maps of the elements that one network sees: their means by element, and the files of each. */
import { letMessagesIn } from '../base/event-loop';
import { product } from '../base/shape';
import type { Batch, Loader } from '../batches/batch';
import type { ElementPlaces } from '../batches/element-place';
import { sessionText } from '../caps/entities';
import type { DrawSource, Executor } from '../engine/executor';
import type { Folder } from '../folders/folder';
import type { Affine } from '../formats/nifti-affine';
import { type MapMethod, mapsOfBatch } from '../learning/explain/maps-of-batch';
import { channelsFirst, sampleShape } from '../learning/tasks/channels-first';
import { mapName, meanInputName, meanMapName, type PredictionLevel } from '../maps/layout';
import { type CompletenessRow, type ElementMap, writeMap, writeMapImage } from './interpretation-files';
import type { JobContext } from './job-context';

export interface Elements {
  readonly loader: Loader;
  /** Sample numbers. */
  readonly order: readonly number[];
  /** Place of a sample's element in its image. */
  position(sample: number): number;
  readonly mode: PredictionLevel;
}

export interface Explanations {
  readonly method: MapMethod;
  readonly node: number;
  readonly batchSize: number;
  readonly draws: DrawSource;
}

export interface MapPlace {
  readonly folder: Folder;
  /** `…/interpret-<name>` in it. */
  readonly path: string;
  readonly individual: boolean;
  /** Where elements lie; null: no NIfTI files. */
  readonly places: ElementPlaces | null;
  /** Axis that slices cut; null for volumes. */
  readonly sliceAxis: number | null;
}

/** The mean of the maps of an element over all images, or of the element itself, as they come. */
class MeanMap {
  readonly shape: readonly number[];
  readonly #sums: Float64Array;
  #count = 0;
  #affine: Affine | null | undefined;
  /** The first session whose image lies elsewhere than the first of all. */
  elsewhere: string | null = null;

  constructor(shape: readonly number[], length: number) {
    this.shape = shape;
    this.#sums = new Float64Array(length);
  }

  add(map: Float32Array, affine: Affine | null | undefined, session: string): void {
    for (let i = 0; i < map.length; i++) this.#sums[i] += map[i];
    this.#count++;
    if (affine === undefined) return;
    this.#affine ??= affine;
    if (affine !== null && this.#affine !== null && this.elsewhere === null && !samePlace(affine, this.#affine))
      this.elsewhere = session;
  }

  get affine(): Affine | null {
    return this.#affine ?? null;
  }

  mean(): ElementMap {
    return { shape: this.shape, data: Float32Array.from(this.#sums, (sum) => sum / this.#count) };
  }
}

/** To a thousandth of a millimetre. */
const samePlace = (a: Affine, b: Affine): boolean =>
  a.every((row, i) => row.every((value, j) => Math.abs(value - b[i][j]) < 1e-3));

export interface ExplainedElements {
  readonly completeness: readonly CompletenessRow[];
  /** Sessions whose place in space is not known, and the first that lies elsewhere than the others; for the NIfTI files. */
  readonly unplaced: readonly string[];
  readonly elsewhere: string | null;
}

/**
 * Computes the map of each sample and writes what is asked for: individual maps as they come, means at the end. `onPasses` is told of
 * passes through the network. Rejects with AbortError.
 */
export async function explainElements(
  executor: Executor,
  { loader, order, position: positionOf, mode }: Elements,
  { method, node, batchSize, draws }: Explanations,
  { folder, path, individual, places, sliceAxis }: MapPlace,
  { signal }: Pick<JobContext, 'signal'>,
  onPasses: (passes: number) => void,
): Promise<ExplainedElements> {
  const means = new Map<number, { readonly map: MeanMap; readonly input: MeanMap }>();
  const completeness: CompletenessRow[] = [];
  const unplaced = new Set<string>();
  const told = async (passes: number): Promise<void> => {
    onPasses(passes);
    await letMessagesIn();
    signal.throwIfAborted();
  };
  let done = 0;
  const take = async (batch: Batch): Promise<void> => {
    const found = await mapsOfBatch(executor, batch, node, method, batchSize, draws, told);
    const count = batch.samples.length;
    const size = found.maps.length / count;
    const space = batch.shape.slice(1, -1);
    const shape = [size / product(space), ...space];
    const inputs = channelsFirst(batch);
    const whole = inputs.length / count;
    for (const [n, sample] of batch.samples.entries()) {
      await letMessagesIn();
      signal.throwIfAborted();
      const position = positionOf(order[done++]);
      const map = { shape, data: found.maps.slice(n * size, (n + 1) * size) };
      const affine = places === null ? undefined : await places(sample, sample.elementId);
      if (affine === null) unplaced.add(sessionText(sample));
      const mean = means.get(position) ?? { map: new MeanMap(shape, size), input: new MeanMap(sampleShape(batch), whole) };
      means.set(position, mean);
      mean.map.add(map.data, affine, sessionText(sample));
      mean.input.add(inputs.subarray(n * whole, (n + 1) * whole), undefined, '');
      if (found.completeness !== undefined) {
        const { participant_id, session_id, elementId } = sample;
        completeness.push({ participant_id, session_id, elementId, ...found.completeness[n] });
      }
      if (!individual) continue;
      const name = `${path}/${mapName(sample, mode)}`;
      await writeMap(folder, name, map);
      if (affine !== undefined) await writeMapImage(folder, name, map, sliceAxis, affine);
    }
  };
  for await (const batch of loader.batches(order, batchSize, signal)) await take(batch);
  for (const [position, { map, input }] of means) {
    await letMessagesIn();
    signal.throwIfAborted();
    const name = `${path}/${meanMapName(mode, position)}`;
    await writeMap(folder, name, map.mean());
    await writeMap(folder, `${path}/${meanInputName(mode, position)}`, input.mean());
    if (places !== null) await writeMapImage(folder, name, map.mean(), sliceAxis, map.affine);
  }
  const elsewhere = [...means.values()].find(({ map }) => map.elsewhere !== null)?.map.elsewhere ?? null;
  return { completeness, unplaced: [...unplaced], elsewhere };
}
