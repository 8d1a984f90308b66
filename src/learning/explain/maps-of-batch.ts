/** @file One map of each sample of a batch, by any of the methods. */
import type { Batch } from '../../batches/batch';
import type { DrawSource, Executor, Explained } from '../../engine/executor';
import { mainOutput } from '../../engine/trained-parameters';
import type { Network } from '../../networks/graph';
import { channelsFirst } from '../tasks/channels-first';
import type { CamValue } from './explained-value';
import { type CamFormula, gradCam } from './grad-cam';
import { type Completeness, integratedGradients } from './integrated-gradients';
import { type Cubes, occlusion } from './occlusion';

export type MapMethod =
  | { readonly kind: 'gradients' }
  | { readonly kind: 'grad-cam'; readonly at: CamValue; readonly formula: CamFormula }
  | { readonly kind: 'integrated-gradients'; readonly steps: number }
  | { readonly kind: 'occlusion'; readonly cubes: Cubes };

export interface MapsOfBatch {
  /** [n, c, …space]: as many channels as the input has for gradients, one for the others. */
  readonly maps: Float32Array<ArrayBuffer>;
  /** Of integrated gradients, for each sample. */
  readonly completeness?: readonly Completeness[];
}

/** What an executor is made for. */
export function explainedBy(network: Network, method: MapMethod): Explained {
  const of = network.graph.outputs[mainOutput(network)];
  return { of, at: method.kind === 'grad-cam' ? method.at.value : 0 };
}

/** `onPasses` is told of work done, and lets messages in. The executor was made for `explainedBy`. */
export async function mapsOfBatch(
  executor: Executor,
  batch: Pick<Batch, 'shape' | 'data' | 'samples'>,
  node: number,
  method: MapMethod,
  batchSize: number,
  draws: DrawSource,
  onPasses: (passes: number) => Promise<void>,
): Promise<MapsOfBatch> {
  const { shape, data } = batch;
  const [n] = shape;
  const input = { shape, data };
  switch (method.kind) {
    case 'gradients': {
      const { gradient } = await executor.explain(input, node, draws);
      await onPasses(n);
      return { maps: gradient };
    }
    case 'grad-cam': {
      const { value, gradient } = await executor.explain(input, node, draws);
      await onPasses(n);
      const inner = executor.network.graph.nodes[method.at.value].shape;
      return { maps: gradCam(value, gradient, n, inner, shape.slice(1, -1), method.formula) };
    }
    case 'integrated-gradients': {
      const values = channelsFirst(batch as Batch);
      return integratedGradients(executor, input, values, node, method.steps, draws, () => onPasses(n));
    }
    case 'occlusion': {
      const size = data.length / n;
      const maps = new Float32Array((n * size) / shape[shape.length - 1]);
      for (let i = 0; i < n; i++) {
        const one = { shape: [1, ...shape.slice(1)], data: data.slice(i * size, (i + 1) * size) };
        const map = await occlusion(executor, one, node, method.cubes, batchSize, draws, onPasses);
        maps.set(map, i * map.length);
      }
      return { maps };
    }
  }
}
