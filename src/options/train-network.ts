/** @file Training options about the network: its architecture, and the weights it starts from. Shared by the three tasks. */
import type { TaskName } from '../vocabulary/losses';
import {
  availableNetworks,
  defaultNetworks,
  isNetworkName,
  type NetworkName,
  type NetworkOption,
  type NetworkRow,
  networkNames,
  networkRow,
} from '../vocabulary/networks';
import { type AnyField, choiceOrFile, flag, int, isOn, number, path, text } from './field';

type OtherValues = Readonly<Record<string, unknown>>;

const hasTransfer = ({ transfer_path }: OtherValues): boolean => transfer_path !== false;
const rowOf = ({ architecture }: OtherValues): NetworkRow | undefined =>
  isNetworkName(String(architecture)) ? networkRow(String(architecture) as NetworkName) : undefined;
/** True for a network that reads the option. */
const reads =
  (option: NetworkOption) =>
  (values: OtherValues): boolean =>
    rowOf(values)?.uses.includes(option) ?? false;
const isWeighted = (values: OtherValues): boolean => rowOf(values)?.variational === 'chosen loss';

/** `a, b or c` */
const alternatives = (names: readonly string[]): string => names.join(', ').replace(/, (\w+)$/, ' or $1');

/** What `default` and the other words mean for a task. */
export const modelSection = (task: TaskName) => ({
  architecture: choiceOrFile(['default', ...networkNames.filter((name) => networkRow(name).tasks.includes(task))], '.json', {
    default: 'default',
    flags: ['-a', '--architecture'],
    help: `Network to train, or a file of the folder that lists its layers (path.json), whose MAPS Python’s ClinicaDL cannot open; default is ${defaultNetworks[task]}.`,
    notYet: (name) => isNetworkName(name) && !availableNetworks(task).includes(name),
    available: alternatives(availableNetworks(task)),
  }),
  multi_network: flag({
    default: false,
    flags: ['--multi_network'],
    offFlags: ['--single_network'],
    help: 'Train one network for each patch, slice or region.',
    advanced: true,
  }),
  ssda_network: flag({
    default: false,
    flags: ['--ssda_network'],
    help: 'Adapt Conv5_FC3_SSDA to a second domain of images while training (semi-supervised domain adaptation).',
    notYet: (value) => task !== 'classification' && isOn(value),
    available: 'false, as only classes of two domains are told',
    advanced: true,
  }),
});

/** In the section of the command line alone: maps.json keeps ClinicaDL's keys. `when`: the form shows it. */
export const pretrained = (when: NonNullable<AnyField['when']>) =>
  path<string | null>({
    default: null,
    flags: ['--pretrained'],
    ending: '.pth',
    help: 'File of the folder with the ImageNet weights that resnet18 begins with, as PyTorch publishes it (.pth); none given: they are drawn.',
    when,
  });

export const Architecture = {
  dropout: number<number | null>({
    default: null,
    min: 0,
    max: 1,
    flags: ['--dropout'],
    help: 'Share of the values set to 0 before the fully connected layers while training; none given: 0, or what the network has of its own (ResNet3D 0.8, SqueezeExcitationCNN 0.5).',
    when: (values) => rowOf(values)?.uses.includes('dropout') ?? true,
  }),
  latent_space_size: int({
    default: 128,
    min: 1,
    flags: ['--latent_space_size'],
    help: 'Numbers in the latent space of a variational autoencoder.',
    fileOnly: true,
    when: reads('latent_space_size'),
    advanced: true,
  }),
  feature_size: int({
    default: 1024,
    min: 0,
    flags: ['--feature_size'],
    help: 'Numbers in the layer before the latent space; 0: no such layer.',
    fileOnly: true,
    when: reads('feature_size'),
    advanced: true,
  }),
  n_conv: int({
    default: 4,
    min: 1,
    flags: ['--n_conv'],
    help: 'Convolution layers of Vanilla3DdenseVAE.',
    fileOnly: true,
    when: reads('n_conv'),
    advanced: true,
  }),
  io_layer_channels: int({
    default: 8,
    min: 1,
    unit: 'channels',
    flags: ['--io_layer_channels'],
    help: 'Channels of the first and last layer of Vanilla3DdenseVAE.',
    fileOnly: true,
    when: reads('io_layer_channels'),
    advanced: true,
  }),
  recons_weight: number({
    default: 1,
    min: 0,
    flags: ['--recons_weight'],
    help: 'Weight of the reconstruction in the loss of a variational autoencoder.',
    fileOnly: true,
    wholeAsInt: true,
    when: isWeighted,
    advanced: true,
  }),
  kl_weight: number({
    default: 1,
    min: 0,
    flags: ['--kl_weight'],
    help: 'Weight of the Kullback-Leibler divergence in the loss of a variational autoencoder.',
    fileOnly: true,
    wholeAsInt: true,
    when: isWeighted,
    advanced: true,
  }),
  normalization: text({
    default: 'batch',
    flags: ['--normalization'],
    help: 'Recorded only: no network reads it.',
    fileOnly: true,
    advanced: true,
  }),
};

export const Transfer_learning = {
  transfer_path: path<string | false>({
    default: false,
    flags: ['-tp', '--transfer_path'],
    help: 'MAPS whose weights the training starts from.',
    advanced: true,
  }),
  transfer_selection_metric: text({
    default: 'loss',
    flags: ['-tsm', '--transfer_selection_metric'],
    help: 'Metric by which the best network of that MAPS was chosen.',
    when: hasTransfer,
    advanced: true,
  }),
  nb_unfrozen_layer: int({
    default: 0,
    min: 0,
    unit: 'layers',
    flags: ['-nul', '--nb_unfrozen_layer'],
    help: 'Last layers that are trained after a transfer; 0: all.',
    when: hasTransfer,
    advanced: true,
  }),
};
