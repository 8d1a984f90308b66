/** @file Catalogue rows of the networks and learning rooms. */
import type { CatalogueRow } from './catalogue';

export const networkRows = {
  'network-unknown': {
    kind: 'options',
    sentence: 'There is no network architecture called "{architecture}".',
    hint: 'Choose {available}.',
  },
  'network-file': {
    kind: 'data',
    sentence: '"{path}" lists no layers: an object with "layers", a list of 1 to {most}, was expected.',
    hint: 'Write the file as the guide shows (networks).',
  },
  'network-key': {
    kind: 'data',
    sentence: 'The network in "{path}" has "{key}" beside its "layers", and nothing reads it.',
    hint: 'Take it out of the file: epochs, losses and optimisers are options of the command.',
  },
  'network-layer': {
    kind: 'data',
    sentence: 'Layer {number}, "{layer}", of the network in "{path}" cannot be built: {reason}.',
    hint: 'Correct this layer in the file.',
  },
  'input-size-text': {
    kind: 'options',
    sentence: '"{typed}" is no size of an input: channels@height x width or channels@depth x height x width was expected.',
    hint: 'Write it as 1@128x128 or 1@64x64x64.',
  },
  'network-input-rank': {
    kind: 'options',
    sentence: '{architecture} takes inputs with {expected} spatial axes; these have {rank}.',
    hint: 'Choose an input with {expected} spatial axes: slices have 2; images, patches and regions have 3.',
  },
  'network-input-small': {
    kind: 'options',
    sentence: '{architecture} cannot take inputs of {size} voxels: at least one axis needs {smallest} voxels or more.',
    hint: 'Choose larger patches or regions, or a smaller size reduction.',
  },
  'network-input-axis': {
    kind: 'options',
    sentence: '{architecture} cannot take inputs of {size} voxels: every axis needs {smallest} voxels or more.',
    hint: 'Choose larger patches or regions, or a smaller size reduction.',
  },
  'network-input-multiple': {
    kind: 'options',
    sentence: '{architecture} cannot take inputs of {size} voxels: the length of every axis must be a multiple of {step}.',
    hint: 'Choose patches or regions of such a size.',
  },
  'network-input-channels': {
    kind: 'options',
    sentence: '{architecture} takes inputs of {expected} channels; these have {channels}.',
    hint: 'Choose slices of the mode rgb as input.',
  },
  'network-design': {
    kind: 'options',
    sentence: '{architecture} cannot be built: {what}, and {expected} is expected.',
    hint: 'Correct this value.',
  },
  'pretrained-mismatch': {
    kind: 'data',
    sentence: '"{path}" does not hold the weights of resnet18 that torchvision publishes: {difference}.',
    hint: 'Give {files}, as it was downloaded, or leave the file away: the weights are then drawn.',
  },
  'pretrained-unused': {
    kind: 'options',
    sentence: '"{path}" is given as weights to begin with, and {architecture} does not begin with weights of a file.',
    hint: 'Leave --pretrained away, or choose resnet18.',
  },
  'pretrained-none': {
    kind: 'options',
    sentence:
      '{architecture} begins with weights drawn at random, where ClinicaDL begins with those of ImageNet: it will need more epochs.',
    hint: 'Put {files} into the folder and name it by --pretrained to begin as ClinicaDL does.',
  },
  'pretrained-transfer': {
    kind: 'options',
    sentence: 'The network is to begin with the weights of "{path}" and with those of "{source}".',
    hint: 'Leave out --pretrained or --transfer_path.',
  },
  'transfer-class': {
    kind: 'options',
    sentence: 'A {from} ("{path}") has nothing that a {to} could begin with.',
    hint: 'Give --transfer_path a MAPS of a CNN or of an autoencoder such as AE_Conv5_FC3, or leave it out.',
  },
  'transfer-mismatch': {
    kind: 'data',
    sentence: 'A {architecture} of this training cannot begin with the weights of "{path}": {difference}.',
    hint: 'Choose a MAPS whose network has the same layers, was trained on inputs of the same size and for as many classes.',
  },
  'transfer-split': {
    kind: 'data',
    sentence:
      'Each split begins with the network of the same split in "{source}", where split {split} has none best by "{metric}"; it has {found}.',
    hint: 'Give --transfer_selection_metric and --split (and as many folds as there) so that the network exists, or transfer from another MAPS.',
  },
  'transfer-networks': {
    kind: 'data',
    sentence:
      '"{source}" has {found} networks in each split, and this training has {wanted}: each begins with that of its own number.',
    hint: 'Choose a MAPS with one network, or with as many as this training has.',
  },
  'transfer-seen': {
    kind: 'data',
    sentence:
      'Split {split}: {count} participant(s) of its validation set were in the training of the networks that it begins with: {participants}. Its validation results can be too good for new people.',
    hint: 'Choose a MAPS that was trained on the same folds, or on other people, to get results that hold for new ones.',
  },
  'transfer-list-left-out': {
    kind: 'data',
    sentence:
      'Whether the networks of "{source}" have seen the validation set, or people who are predicted later, cannot be checked: the training list was left out.',
    hint: 'Ask whoever trained that model whether people of this study were in its training.',
  },
  'pretrained-gone': {
    kind: 'data',
    sentence: 'The splits of this MAPS begin with the weights of a file that had the SHA-256 {sha256}; at "{path}" is {found}.',
    hint: 'Put that file there, or name its path by --pretrained.',
  },
  'backend-unavailable': {
    kind: 'machine',
    sentence: 'The backend {backend} cannot be used: {reason}.',
    hint: 'Choose "wasm" or "auto", which every browser has; the backend before stays until then.',
  },
  'heap-batch': {
    kind: 'machine',
    sentence: '{architecture} with batches of {batch} needs {needed} MB on the processor, where WebAssembly has {limit} MB.',
    hint: 'Lower the batch size to {largest} or less; accumulation steps make up for it.',
  },
  'heap-network': {
    kind: 'machine',
    sentence: '{architecture} needs {needed} MB on the processor with a single sample, where WebAssembly has {limit} MB.',
    hint: 'Use a graphics card, smaller inputs (patches, regions, a size reduction) or a network with fewer features.',
  },
  'accumulation-too-large': {
    kind: 'options',
    sentence:
      'accumulation_steps is {accumulation}, but an epoch has {batches} batch(es), so the weights would never be updated.',
    hint: 'Lower accumulation_steps or the batch size.',
  },
  'loss-not-finite': {
    kind: 'data',
    sentence: 'The loss became {loss} in epoch {epoch}, batch {iteration} ({participants}).',
    hint: 'Look at the images of these sessions; if they are sound, lower the learning rate.',
  },
  'no-best-epoch': {
    kind: 'data',
    sentence: 'No epoch of {epochs} is the best by {metric}: on the validation set it was never a finite number.',
    hint: 'Look at the training log of the MAPS; then train into another folder with a lower learning rate.',
  },
  'latent-too-large': {
    kind: 'machine',
    sentence: 'latent_space_size = {latent} is too large. {problem}',
    hint: 'Lower latent_space_size to {largest} or less, with a batch size of {batch}.',
  },
  'weights-too-large': {
    kind: 'machine',
    sentence:
      '{architecture} has {parameters} parameters: its training with {optimizer} would write a file of {needed} MB, where {limit} MB are possible.',
    hint: 'Choose smaller inputs (patches, regions, a size reduction) or a network with fewer features.',
  },
  'loss-unfit': {
    kind: 'options',
    sentence: '{architecture} cannot be trained with {loss}: {reason}.',
    hint: 'Choose {available} with --loss.',
  },
  'selection-metric-unknown': {
    kind: 'options',
    sentence: 'The best epoch cannot be chosen by "{metric}".',
    hint: 'Choose among {available}.',
  },
} as const satisfies Record<string, CatalogueRow>;
