/** @file `train list_models`: names of the networks; of one, what it takes, how many weights it has, and its layers. */
import { appError } from '../base/errors';
import { product } from '../base/shape';
import type { Network } from '../networks/graph';
import { isParameter, stateEntries } from '../networks/parameters';
import { printLayers } from '../networks/print';
import { constructNetwork } from '../networks/registry';
import type { ListModelsOptions } from '../options/list-models';
import { availableNetworks, isNetworkName, type NetworkName, networkNames, networkRow } from '../vocabulary/networks';
import type { Job } from './job-context';

/** Of the options of a network that `list_models` does not ask for: what ClinicaDL's constructors take by default. */
const constructed = {
  outputSize: 2,
  dropout: 0.5,
  latent_space_size: 128,
  feature_size: 1024,
  n_conv: 4,
  io_layer_channels: 8,
  kl_weight: 1,
};

/** Shown in ClinicaDL's list; a random architecture belongs to the random search. */
const listed = networkNames.filter((name) => name !== 'RandomArchitecture');

/** [c, h, w] or [c, d, h, w] of `C@HxW` or `C@DxHxW`. Throws `input-size-text`. */
export function parseInputSize(typed: string): number[] {
  const match = /^(\d+)@(\d+)x(\d+)(?:x(\d+))?$/.exec(typed.trim());
  const size = match?.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)])) ?? [];
  if (size.length < 3 || size.some((length) => length < 1 || length > 10_000))
    throw appError('input-size-text', { typed }, { where: '--input_size' });
  return size;
}

const either = (words: readonly (string | number)[]): string => words.join(' or ');

/** Parameters that an optimiser changes. */
export function parameterCount(network: Network): number {
  return stateEntries(network)
    .filter(isParameter)
    .reduce((sum, { shape }) => sum + product(shape), 0);
}

function describe(name: NetworkName): string[] {
  const { summary, dimensions, exampleSize, tasks } = networkRow(name);
  const shapes = dimensions.map((rank) => (rank === 2 ? 'C@HxW' : 'C@DxHxW'));
  const here = tasks.filter((task) => availableNetworks(task).includes(name));
  return [
    `Information about '${name}' network:`,
    '',
    `    ${summary}`,
    '',
    `    This model can deal with ${either(dimensions.map((rank) => `${rank}D`))} inputs.`,
    `    The input must be in the shape ${either(shapes)}, for example input_size can be ${exampleSize}.`,
    `    This model can be used for ${either(tasks)}.`,
    ...(here.length === tasks.length
      ? []
      : [`    Here it can be trained for ${here.length === 0 ? 'no task yet' : either(here)}.`]),
  ];
}

/** Writes nothing but lines to the console. Throws `network-unknown`, `input-size-text`, and what the network throws for an input that it cannot take. */
export const listModelsJob: Job<ListModelsOptions, { readonly names: readonly string[] }> = async (options, { log }) => {
  const { architecture, input_size, model_layers } = options;
  if (architecture === null) {
    log('The list of currently available models is:');
    for (const name of listed) log(` - ${name}`);
    if (input_size !== null || model_layers) log('Without `--architecture` the other options have no effect.');
    log('To show details of a specific model architecture please use the `--architecture` option');
    return { names: listed };
  }
  if (!isNetworkName(architecture) || architecture === 'RandomArchitecture')
    throw appError('network-unknown', { architecture, available: listed.join(', ') }, { where: '--architecture' });
  const typed = input_size ?? networkRow(architecture).exampleSize;
  const network = constructNetwork(architecture, { ...constructed, inputSize: parseInputSize(typed) });
  for (const line of describe(architecture)) log(line);
  log('');
  log(`Input size: ${typed}`);
  log(`Parameters: ${parameterCount(network).toLocaleString('en')}`);
  if (model_layers) {
    log('Model layers:');
    log(printLayers({ ...network, printed: true }));
  }
  return { names: [architecture] };
};
