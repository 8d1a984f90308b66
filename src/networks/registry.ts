/** @file ClinicaDL's network classes by name: which can be built here, for what inputs and tasks. */
import { appError } from '../base/errors';
import { type CnnOptions, type ConvFcDesign, convFc } from './architectures/conv-fc';
import type { Network } from './graph';

export type Task = 'classification' | 'regression' | 'reconstruction';

export interface NetworkEntry {
  /** ClinicaDL's class name. */
  readonly name: string;
  /** Spatial axes of the input that the network can take. */
  readonly dimensions: readonly (2 | 3)[];
  /** `c@hxw` or `c@dxhxw`, as `train list_models` shows it. */
  readonly exampleSize: string;
  readonly tasks: readonly Task[];
  build(options: CnnOptions): Network;
}

const entry = (name: string, design: ConvFcDesign): NetworkEntry => ({
  name,
  dimensions: [2, 3],
  exampleSize: '1@128x128',
  tasks: ['classification', 'regression'],
  build: (options) => convFc(name, design, options),
});

/** The networks that can be built, sorted by name. */
export const networks: readonly NetworkEntry[] = [
  entry('Conv4_FC3', { hidden: [50, 40], stride: 1 }),
  entry('Conv5_FC3', { hidden: [1300, 50], stride: 1 }),
  entry('Stride_Conv5_FC3', { hidden: [1300, 50], stride: 2 }),
];

/** Classes of ClinicaDL 1.6.1 that cannot be built here. */
const elsewhere: readonly string[] = [
  'AE_Conv4_FC3',
  'AE_Conv5_FC3',
  'CAE_half',
  'CVAE_3D',
  'CVAE_3D_final_conv',
  'CVAE_3D_half',
  'Conv5_FC3_SSDA',
  'GeneratorUNet',
  'RandomArchitecture',
  'ResNet3D',
  'SqueezeExcitationCNN',
  'Vanilla3DdenseVAE',
  'Vanilla3DspacialVAE',
  'VanillaDenseVAE',
  'VanillaSpatialVAE',
  'resnet18',
];

const defaults: Readonly<Record<Task, string>> = {
  classification: 'Conv5_FC3',
  regression: 'Conv5_FC3',
  reconstruction: 'AE_Conv5_FC3',
};

/**
 * The class that an `architecture` option means for a task; `default` is resolved. Throws `option-not-available` for a class of
 * ClinicaDL that cannot be built here or does not do the task, `network-unknown` for any other name.
 */
export function networkEntry(architecture: string, task: Task): NetworkEntry {
  const name = architecture === 'default' ? defaults[task] : architecture;
  const available = networks.map((network) => network.name).join(' or ');
  const found = networks.find((network) => network.name === name);
  if (found?.tasks.includes(task)) return found;
  const where = 'Model.architecture';
  if (found !== undefined || elsewhere.includes(name))
    throw appError('option-not-available', { option: `${where} (${task})`, value: name, available }, { where });
  throw appError('network-unknown', { architecture: name, available }, { where });
}

/** The network that ClinicaDL's class of this name builds. Throws as `networkEntry` and `convFc`. */
export function buildNetwork(architecture: string, options: CnnOptions, task: Task = 'classification'): Network {
  return networkEntry(architecture, task).build(options);
}
