/**
 * @file Options that the three training tasks share: the sections of ClinicaDL 1.6.1's configuration file, in its order.
 *
 * Its command line declared `-d` and `-s` twice; here they mean `--diagnoses` and `--split`. Options about one device of Python
 * (`gpu`, `n_proc`, `deterministic`, `compensation`) are accepted and recorded. One file, because the sections are one format.
 */
import { choice, choices, flag, int, ints, number, path, text, texts } from './field';

type OtherValues = Readonly<Record<string, unknown>>;

const on = (value: boolean): boolean => value;
const given = (value: string | false): boolean => value !== '' && value !== false;
const isVariational = ({ architecture }: OtherValues): boolean => /VAE/.test(String(architecture));
const isAdapting = ({ ssda_network }: OtherValues): boolean => ssda_network === true;

export const architectures = [
  'default',
  'AE_Conv4_FC3',
  'AE_Conv5_FC3',
  'CAE_half',
  'CVAE_3D',
  'CVAE_3D_final_conv',
  'CVAE_3D_half',
  'Conv4_FC3',
  'Conv5_FC3',
  'Conv5_FC3_SSDA',
  'GeneratorUNet',
  'RandomArchitecture',
  'ResNet3D',
  'SqueezeExcitationCNN',
  'Stride_Conv5_FC3',
  'Vanilla3DdenseVAE',
  'Vanilla3DspacialVAE',
  'VanillaDenseVAE',
  'VanillaSpatialVAE',
  'resnet18',
] as const;
const availableArchitectures: readonly string[] = ['default', 'Conv4_FC3', 'Conv5_FC3'];

const optimizers = ['Adadelta', 'Adagrad', 'Adam', 'AdamW', 'Adamax', 'ASGD', 'NAdam', 'RAdam', 'RMSprop', 'SGD'] as const;

const augmentations = [
  'None',
  'Noise',
  'Erasing',
  'CropPad',
  'Smoothing',
  'Motion',
  'Ghosting',
  'Spike',
  'BiasField',
  'RandomBlur',
  'RandomSwap',
] as const;
type Augmentation = (typeof augmentations)[number];

/** Arguments by position. */
export const trainPositionals = {
  caps_directory: { kind: 'path', help: 'CAPS folder that holds the images.' },
  preprocessing_json: { kind: 'text', help: 'Name of the JSON file that prepare-data wrote into tensor_extraction.' },
  tsv_directory: { kind: 'path', help: 'Folder that tsvtools split or kfold wrote.' },
  output_maps_directory: { kind: 'path', help: 'New folder for the results, the MAPS.' },
} as const;

/** Command line alone. */
export const commandOnly = {
  Options: {
    config_file: path<string | null>({
      default: null,
      flags: ['-c', '--config_file'],
      help: 'TOML file with options, or the maps.json of an earlier training; options on the command line win.',
    }),
  },
};

/** Sections before the one of the task. */
export const sectionsBefore = {
  Model: {
    architecture: choice(architectures, {
      default: 'default',
      flags: ['-a', '--architecture'],
      help: 'Network to train; default is Conv5_FC3.',
      notYet: (name) => !availableArchitectures.includes(name),
      available: 'Conv5_FC3 or Conv4_FC3',
    }),
    multi_network: flag({
      default: false,
      flags: ['--multi_network'],
      offFlags: ['--single_network'],
      help: 'Train one network for each patch, slice or region.',
      notYet: on,
      available: 'false',
      advanced: true,
    }),
    ssda_network: flag({
      default: false,
      flags: ['--ssda_network'],
      help: 'Adapt the network to a second domain of images while training (semi-supervised domain adaptation).',
      notYet: on,
      available: 'false',
      advanced: true,
    }),
  },
  Architecture: {
    dropout: number({
      default: 0,
      min: 0,
      max: 1,
      flags: ['--dropout'],
      help: 'Share of the values set to 0 before the fully connected layers while training.',
    }),
    latent_space_size: int({
      default: 128,
      min: 1,
      flags: ['--latent_space_size'],
      help: 'Numbers in the latent space of a variational autoencoder.',
      fileOnly: true,
      when: isVariational,
      advanced: true,
    }),
    feature_size: int({
      default: 1024,
      min: 0,
      flags: ['--feature_size'],
      help: 'Numbers in the layer before the latent space; 0: no such layer.',
      fileOnly: true,
      when: isVariational,
      advanced: true,
    }),
    n_conv: int({
      default: 4,
      min: 1,
      flags: ['--n_conv'],
      help: 'Convolution layers of Vanilla3DdenseVAE.',
      fileOnly: true,
      when: isVariational,
      advanced: true,
    }),
    io_layer_channels: int({
      default: 8,
      min: 1,
      unit: 'channels',
      flags: ['--io_layer_channels'],
      help: 'Channels of the first and last layer of Vanilla3DdenseVAE.',
      fileOnly: true,
      when: isVariational,
      advanced: true,
    }),
    recons_weight: number({
      default: 1,
      min: 0,
      flags: ['--recons_weight'],
      help: 'Weight of the reconstruction in the loss of a variational autoencoder.',
      fileOnly: true,
      wholeAsInt: true,
      when: isVariational,
      advanced: true,
    }),
    kl_weight: number({
      default: 1,
      min: 0,
      flags: ['--kl_weight'],
      help: 'Weight of the Kullback-Leibler divergence in the loss of a variational autoencoder.',
      fileOnly: true,
      wholeAsInt: true,
      when: isVariational,
      advanced: true,
    }),
    normalization: text({
      default: 'batch',
      flags: ['--normalization'],
      help: 'Recorded only: no network reads it.',
      fileOnly: true,
      advanced: true,
    }),
  },
};

/** Sections after the one of the task. */
export const sectionsAfter = {
  Computational: {
    gpu: flag({
      default: true,
      flags: ['--gpu'],
      offFlags: ['--no-gpu'],
      help: 'Recorded only: the page itself chooses the fastest backend it has.',
      advanced: true,
    }),
    n_proc: int({
      default: 2,
      min: 0,
      flags: ['-np', '--n_proc'],
      help: 'Recorded only: the page itself chooses how many workers read images.',
      advanced: true,
    }),
    batch_size: int({
      default: 8,
      min: 1,
      unit: 'elements',
      flags: ['--batch_size'],
      help: 'Elements (images, patches, regions or slices) that the network sees before each update.',
    }),
    evaluation_steps: int({
      default: 0,
      min: 0,
      unit: 'batches',
      flags: ['-esteps', '--evaluation_steps'],
      help: 'Evaluate also after each so many batches; 0: at the end of each epoch only.',
      advanced: true,
    }),
    fully_sharded_data_parallel: flag({
      default: false,
      flags: ['-fsdp', '--fully_sharded_data_parallel'],
      help: 'Share the network among several GPUs.',
      notYet: on,
      available: 'false',
      advanced: true,
    }),
    amp: flag({
      default: false,
      flags: ['--amp'],
      offFlags: ['--no-amp'],
      help: 'Compute with 16-bit numbers where that is precise enough.',
      notYet: on,
      available: 'false',
      advanced: true,
    }),
  },
  Reproducibility: {
    seed: int({
      default: 0,
      min: 0,
      max: 2 ** 32 - 1,
      flags: ['--seed'],
      help: 'Number that the initial weights and all draws start from.',
    }),
    deterministic: flag({
      default: false,
      flags: ['--deterministic'],
      offFlags: ['--nondeterministic'],
      help: 'Recorded only: the computations here always give the same numbers on the same machine.',
      advanced: true,
    }),
    compensation: choice(['memory', 'time'], {
      default: 'memory',
      flags: ['--compensation'],
      help: 'Recorded only: what CUDA gives up to be deterministic.',
      advanced: true,
    }),
    track_exp: choice(['', 'wandb', 'mlflow'], {
      default: '',
      flags: ['-te', '--track_exp'],
      help: 'Service on the network that records the training.',
      notYet: given,
      available: 'no tracker',
      advanced: true,
    }),
  },
  Transfer_learning: {
    transfer_path: path<string | false>({
      default: false,
      flags: ['-tp', '--transfer_path'],
      help: 'MAPS whose weights the training starts from.',
      notYet: given,
      available: 'no transfer',
      advanced: true,
    }),
    transfer_selection_metric: text({
      default: 'loss',
      flags: ['-tsm', '--transfer_selection_metric'],
      help: 'Metric by which the best network of that MAPS was chosen.',
      when: ({ transfer_path }: OtherValues) => transfer_path !== false,
      advanced: true,
    }),
    nb_unfrozen_layer: int({
      default: 0,
      min: 0,
      unit: 'layers',
      flags: ['-nul', '--nb_unfrozen_layer'],
      help: 'Last layers that are trained after a transfer; 0: all.',
      when: ({ transfer_path }: OtherValues) => transfer_path !== false,
      advanced: true,
    }),
  },
  Mode: {
    use_extracted_features: flag({
      default: false,
      flags: ['--use_extracted_features'],
      help: 'Recorded only: the JSON file of prepare-data decides.',
      fileOnly: true,
      advanced: true,
    }),
  },
  Data: {
    multi_cohort: flag({
      default: false,
      flags: ['--multi_cohort'],
      offFlags: ['--single_cohort'],
      help: 'Train on several CAPS folders at once.',
      notYet: on,
      available: 'false',
      advanced: true,
    }),
    diagnoses: texts({
      default: ['AD', 'CN'],
      flags: ['-d', '--diagnoses'],
      help: 'Values of the column diagnosis whose rows are used.',
    }),
    baseline: flag({
      default: false,
      flags: ['--baseline'],
      offFlags: ['--longitudinal'],
      help: 'Train on the first session of each participant only.',
    }),
    valid_longitudinal: flag({
      default: false,
      flags: ['--valid_longitudinal'],
      offFlags: ['--valid_baseline'],
      help: 'Validate on all sessions, not only on the first of each participant.',
    }),
    normalize: flag({
      default: true,
      flags: ['--normalize'],
      offFlags: ['--unnormalize'],
      help: 'Scale each image, patch, region or slice to values from 0 to 1.',
    }),
    data_augmentation: choices<Augmentation, readonly Augmentation[] | false>(augmentations, {
      default: false,
      flags: ['-da', '--data_augmentation'],
      help: 'Random changes of the training images, in the order given.',
      notYet: (names) => names !== false && names.some((name) => name !== 'None'),
      available: 'None',
      advanced: true,
    }),
    sampler: choice(['random', 'weighted'], {
      default: 'random',
      flags: ['--sampler'],
      help: 'weighted: rare labels are drawn as often as frequent ones.',
    }),
    size_reduction: flag({
      default: false,
      flags: ['--size_reduction'],
      help: 'Keep every n-th voxel of whole images of 169 × 208 × 179.',
      fileOnly: true,
      advanced: true,
    }),
    size_reduction_factor: int({
      default: 2,
      min: 2,
      max: 5,
      flags: ['--size_reduction_factor'],
      help: 'The n of size_reduction: 2 gives 80 × 96 × 80 voxels, 3: 56 × 64 × 56, 4: 40 × 48 × 40, 5: 32 × 40 × 32.',
      fileOnly: true,
      when: ({ size_reduction }: OtherValues) => size_reduction === true,
      advanced: true,
    }),
    caps_target: text({
      default: '',
      flags: ['--caps_target'],
      help: 'CAPS folder of the second domain.',
      notYet: given,
      available: 'no second domain',
      when: isAdapting,
      advanced: true,
    }),
    tsv_target_lab: text({
      default: '',
      flags: ['--tsv_target_lab'],
      help: 'Folder with the tables of the labelled participants of the second domain.',
      notYet: given,
      available: 'no second domain',
      when: isAdapting,
      advanced: true,
    }),
    tsv_target_unlab: text({
      default: '',
      flags: ['--tsv_target_unlab'],
      help: 'Table of the participants of the second domain without labels.',
      notYet: given,
      available: 'no second domain',
      when: isAdapting,
      advanced: true,
    }),
    preprocessing_dict_target: text({
      default: '',
      flags: ['--preprocessing_dict_target'],
      help: 'Name of the JSON file of prepare-data for the second domain.',
      notYet: given,
      available: 'no second domain',
      when: isAdapting,
      advanced: true,
    }),
  },
  Cross_validation: {
    n_splits: int({
      default: 0,
      min: 0,
      unit: 'splits',
      flags: ['--n_splits'],
      help: 'Number of folds that tsvtools kfold made; 0: a single training and validation set.',
    }),
    split: ints({
      default: [],
      min: 0,
      flags: ['-s', '--split'],
      help: 'Train only these folds, counted from 0; none given: all.',
    }),
  },
  Optimization: {
    optimizer: choice(optimizers, {
      default: 'Adam',
      flags: ['--optimizer'],
      help: 'Rule that updates the weights.',
      notYet: (name) => name !== 'Adam',
      available: 'Adam',
    }),
    epochs: int({ default: 20, min: 1, unit: 'epochs', flags: ['--epochs'], help: 'Times that all training data are seen.' }),
    learning_rate: number({ default: 1e-4, min: 0, flags: ['-lr', '--learning_rate'], help: 'Size of one update.' }),
    adaptive_learning_rate: flag({
      default: false,
      flags: ['-alr', '--adaptive_learning_rate'],
      help: 'Make the updates smaller when the validation loss stops falling.',
      notYet: on,
      available: 'false',
      advanced: true,
    }),
    weight_decay: number({
      default: 1e-4,
      min: 0,
      flags: ['-wd', '--weight_decay'],
      help: 'Strength of the pull of all weights towards 0.',
    }),
    patience: int({
      default: 0,
      min: 0,
      unit: 'epochs',
      flags: ['--patience'],
      help: 'Stop after so many epochs without a better validation loss; 0: never.',
    }),
    tolerance: number({
      default: 0,
      min: 0,
      flags: ['--tolerance'],
      help: 'A validation loss counts as better when it is lower by this share.',
      when: ({ patience }: OtherValues) => patience !== 0,
    }),
    accumulation_steps: int({
      default: 1,
      min: 1,
      unit: 'batches',
      flags: ['-asteps', '--accumulation_steps'],
      help: 'Batches whose gradients are added up before one update.',
      advanced: true,
    }),
    profiler: flag({
      default: false,
      flags: ['--profiler'],
      offFlags: ['--no-profiler'],
      help: "Record PyTorch's profile of the training.",
      notYet: on,
      available: 'false',
      advanced: true,
    }),
    save_all_models: flag({
      default: false,
      flags: ['--save_all_models'],
      offFlags: ['--save_only_best_model'],
      help: 'Keep the network of every epoch.',
      advanced: true,
    }),
  },
  Informations: {
    emissions_calculator: flag({
      default: false,
      flags: ['--calculate_emissions'],
      offFlags: ['--dont_calculate_emissions'],
      help: 'Estimate the carbon dioxide that the training causes.',
      notYet: on,
      available: 'false',
      advanced: true,
    }),
  },
};
