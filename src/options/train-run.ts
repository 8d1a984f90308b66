/** @file Training options about the run: the machine, seeds, optimisation, records. Shared by the three tasks. */
import { type OptimizerName, optimizers } from '../vocabulary/optimizers';
import { choice, flag, int, isOn, number } from './field';

export const Computational = {
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
    notYet: isOn,
    available: 'false',
    advanced: true,
  }),
  amp: flag({
    default: false,
    flags: ['--amp'],
    offFlags: ['--no-amp'],
    help: 'Store activations as 16-bit numbers, which takes less GPU memory; sums stay 32-bit.',
    advanced: true,
  }),
};

export const Reproducibility = {
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
    help: 'Write what this tracker would be told into the MAPS, with a program that sends it from elsewhere; nothing leaves this computer.',
    advanced: true,
  }),
};

export const Optimization = {
  optimizer: choice(Object.keys(optimizers) as OptimizerName[], {
    default: 'Adam',
    flags: ['--optimizer'],
    help: 'Rule that updates the weights.',
  }),
  epochs: int({ default: 20, min: 1, unit: 'epochs', flags: ['--epochs'], help: 'Times that all training data are seen.' }),
  learning_rate: number({ default: 1e-4, min: 0, flags: ['-lr', '--learning_rate'], help: 'Size of one update.' }),
  adaptive_learning_rate: flag({
    default: false,
    flags: ['-alr', '--adaptive_learning_rate'],
    help: 'Make the updates ten times smaller when the validation loss has not fallen for ten epochs.',
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
    when: ({ patience }) => patience !== 0,
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
    help: 'Record the times of 30 steps of each training, after 4 that are left out, as a Chrome trace in the folder profiler of the MAPS: of kernels by the clock of the graphics adapter where it has one, else by that of the page.',
    advanced: true,
  }),
  save_all_models: flag({
    default: false,
    flags: ['--save_all_models'],
    offFlags: ['--save_only_best_model'],
    help: 'Keep the network of every epoch.',
    advanced: true,
  }),
};

const isCalculated = ({ emissions_calculator }: Readonly<Record<string, unknown>>): boolean => emissions_calculator === true;

/** What emissions are computed from; of the command line alone, as maps.json keeps ClinicaDL's keys. */
export const emissionsOf = {
  watts: number<number | null>({
    default: null,
    min: 0,
    unit: 'W',
    flags: ['--watts'],
    help: 'Power that this computer takes while it trains, as its label or a meter tells. Not in ClinicaDL, which guesses it.',
    when: isCalculated,
    advanced: true,
  }),
  grams_per_kwh: number<number | null>({
    default: null,
    min: 0,
    unit: 'g/kWh',
    flags: ['--grams_per_kwh'],
    help: 'Carbon dioxide of the electricity, as its supplier tells; not given: only the energy is written.',
    when: isCalculated,
    advanced: true,
  }),
};

export const Informations = {
  emissions_calculator: flag({
    default: false,
    flags: ['--calculate_emissions'],
    offFlags: ['--dont_calculate_emissions'],
    help: 'Write the energy that the training takes, from its time and --watts; with --grams_per_kwh its carbon dioxide, too.',
    advanced: true,
  }),
};
