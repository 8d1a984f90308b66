/** @file ClinicaDL's network classes by name. */
import { appError } from '../base/errors';
import type { TaskName } from '../vocabulary/losses';
import {
  availableNetworks,
  defaultNetworks,
  isNetworkName,
  isTrained,
  type NetworkName,
  type NetworkOption,
  networkRow,
} from '../vocabulary/networks';
import type { Builders, NetworkOptions } from './builders';
import type { Network } from './graph';

/** The files of `architectures` are found by the build; those that only help others export no builders. */
const files = import.meta.glob<{ readonly builders?: Builders }>(['./architectures/*.ts', '!./architectures/*.test.ts'], {
  eager: true,
});
const builders: Builders = Object.assign({}, ...Object.values(files).map((file) => file.builders));

/**
 * The network that ClinicaDL's class of this name makes, whether or not it can be trained here. Throws what the architecture throws for
 * inputs that it cannot take.
 */
export function constructNetwork(name: NetworkName, options: NetworkOptions): Network {
  const given: Partial<Record<NetworkOption, unknown>> = options;
  const missing = networkRow(name).uses.find((option) => given[option] === undefined);
  if (missing !== undefined) throw new Error(`${name} needs ${missing}`);
  const build = builders[name] as ((options: NetworkOptions, name: NetworkName) => Network) | undefined;
  if (build === undefined) throw new Error(`No architecture builds ${name}`);
  return build(options, name);
}

/**
 * The class that an `architecture` option, or that of a MAPS, means for a task; `default` is resolved. Throws `option-not-available` for a
 * class of ClinicaDL that cannot be trained here or does not do the task, `network-unknown` for any other name.
 */
export function networkName(architecture: string, task: TaskName): NetworkName {
  const name = architecture === 'default' ? defaultNetworks[task] : architecture;
  const found = availableNetworks(task);
  const available = found.length === 0 ? 'another task' : found.join(', ');
  const where = 'Model.architecture';
  if (!isNetworkName(name)) throw appError('network-unknown', { architecture: name, available }, { where });
  if (!isTrained(name, task))
    throw appError('option-not-available', { option: `${where} (${task})`, value: name, available }, { where });
  return name;
}

/** The network that an `architecture` option means. Throws as `networkName` and `constructNetwork`. */
export function buildNetwork(architecture: string, options: NetworkOptions, task: TaskName = 'classification'): Network {
  return constructNetwork(networkName(architecture, task), options);
}
