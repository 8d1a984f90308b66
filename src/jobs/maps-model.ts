/** @file A trained network for a script: what it is made of, and what it gives for tensors. */
import { appError } from '../base/errors';
import { product } from '../base/shape';
import { TorchRandom } from '../base/torch-random';
import { drawsFrom } from '../engine/draws';
import type { Folder } from '../folders/folder';
import { channelsLast } from '../learning/tasks/channels-first';
import { readParameters } from '../maps/maps';
import type { Network } from '../networks/graph';
import type { StateDict } from '../networks/state-dict';
import { optionsOfMapsJson } from '../options/derive/maps-json';
import { modernMapsJson } from '../options/derive/maps-json-versions';
import type { TrainOptions } from '../options/train';
import type { JobContext } from './job-context';
import { readWeights } from './read-weights';
import { trainedNetwork } from './trained-network';
import { executorRequest, taskOf } from './training-task';

/** C order. */
export interface GivenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

export interface TrainedModel {
  readonly architecture: string;
  /** [c, …space] of one element. */
  readonly input_size: readonly number[];
  /** Names of what it gives, e.g. `output`. */
  readonly outputs: readonly string[];
  /** Counted from 0; null where the file does not tell it. */
  readonly epoch: number | null;
  /** By PyTorch's names. */
  readonly state_dict: StateDict;
}

interface Opened {
  readonly network: Network;
  readonly training: TrainOptions;
  readonly state: StateDict;
  readonly epoch: number | null;
}

async function open(maps: Folder, { path }: { readonly path: string }, context: Pick<JobContext, 'issue'>): Promise<Opened> {
  const written = await readParameters(maps);
  const training = optionsOfMapsJson(written, maps.name, 'predict');
  const parameters = modernMapsJson(written);
  const network = await trainedNetwork(maps, training, parameters, parameters.input_size as readonly number[]);
  const found = await readWeights(maps, path, network, context);
  return { network, training, state: found.model, epoch: found.epoch };
}

export async function modelOf(maps: Folder, file: { readonly path: string }, context: JobContext): Promise<TrainedModel> {
  const { network, state, epoch } = await open(maps, file, context);
  const { architecture, inputSize, graph } = network;
  return { architecture, input_size: inputSize, outputs: Object.keys(graph.outputs), epoch, state_dict: state };
}

/**
 * What the network gives in evaluation mode, by name, for elements [n, c, …space], or one [c, …space], prepared as those of the
 * training: of a classification logits [n, labels], without softmax. Throws `option-value` for a tensor of another shape.
 */
export async function outputsOf(
  maps: Folder,
  file: { readonly path: string },
  tensor: GivenTensor | undefined,
  context: JobContext,
): Promise<Record<string, GivenTensor>> {
  const { network, training, state } = await open(maps, file, context);
  const { inputSize, graph } = network;
  // A script may give anything.
  const shape: unknown = tensor?.shape;
  const sizes: readonly number[] = Array.isArray(shape) && shape.every(Number.isInteger) ? shape : [];
  const given = sizes.length === inputSize.length ? [1, ...sizes] : sizes;
  const [n = 0, ...own] = given;
  const isData = tensor?.data instanceof Float32Array && tensor.data.length === product(given);
  if (!isData || n < 1 || own.join() !== inputSize.join()) {
    const found = isData ? `of shape ${given.join(' × ')}` : 'no Float32Array data of the length that its shape says';
    const expected = `{shape, data} with shape n × ${inputSize.join(' × ')}`;
    throw appError('option-value', { option: 'tensor', found, expected }, { where: 'tensor' });
  }
  const task = taskOf(training, network);
  const request = executorRequest(network, task, training, { batch_size: n, amp: false });
  const executor = await context.createExecutor({ ...request, state, predictOnly: true });
  try {
    const shape = [n, ...inputSize.slice(1), inputSize[0]];
    const draws = drawsFrom(new TorchRandom(training.seed));
    const outputs = await executor.predict({ shape, data: channelsLast(tensor.data, shape) }, draws);
    const told = Object.entries(outputs).map(([name, data]): [string, GivenTensor] => [
      name,
      { shape: [n, ...graph.nodes[graph.outputs[name]].shape], data },
    ]);
    return Object.fromEntries(told);
  } finally {
    executor.dispose();
  }
}
