/** @file Lines of older interfaces, written anew: `train <mode> <network type>` of ClinicaDL 0.2, and Clinica's deeplearning-prepare-data. */
import { quoteWord } from '../derive/words';

export interface OlderLine {
  /** `ClinicaDL 0.2` */
  readonly version: string;
  /** The words that show it is older. */
  readonly command: string;
  /** The same in ClinicaDL 1.6.1, in order. Whether each can be run here is not looked at. */
  readonly lines: readonly string[];
  /** What has no counterpart, as sentences after a blank; '' when all has. */
  readonly lost: string;
}

interface NewOption {
  readonly to: 'prepare' | 'train' | 'none';
  /** New spelling; '' when there is none. */
  readonly flag: string;
  readonly takes: 'nothing' | 'one' | 'several';
}

const option = (to: NewOption['to'], takes: NewOption['takes'], flag: string): NewOption => ({ to, flag, takes });
const same = (flag: string): readonly [string, NewOption] => [flag, option('train', 'one', flag)];

const clinicaOptions = new Map<string, NewOption>([
  ['--use_uncropped_image', option('prepare', 'nothing', '--use_uncropped_image')],
  ['-uui', option('prepare', 'nothing', '--use_uncropped_image')],
  ['--save_features', option('prepare', 'nothing', '--save_features')],
  ['--patch_size', option('prepare', 'one', '--patch_size')],
  ['-ps', option('prepare', 'one', '--patch_size')],
  ['--stride_size', option('prepare', 'one', '--stride_size')],
  ['-ss', option('prepare', 'one', '--stride_size')],
  ['--slice_direction', option('prepare', 'one', '--slice_direction')],
  ['-sd', option('prepare', 'one', '--slice_direction')],
  ['--slice_mode', option('prepare', 'one', '--slice_mode')],
  ['-sm', option('prepare', 'one', '--slice_mode')],
  ['--discarded_slices', option('prepare', 'several', '--discarded_slices')],
  ['--roi_list', option('prepare', 'several', '--roi_list')],
  ['-rl', option('prepare', 'several', '--roi_list')],
  ['--roi_uncrop_output', option('prepare', 'nothing', '--roi_uncrop_output')],
  ['--custom_template', option('prepare', 'one', '--roi_custom_template')],
  ['--custom_mask_pattern', option('prepare', 'one', '--roi_custom_mask_pattern')],
  ['--custom_suffix', option('prepare', 'one', '--custom_suffix')],
  ['--acq_label', option('prepare', 'one', '--tracer')],
  ['-acq', option('prepare', 'one', '--tracer')],
  ['--suvr_reference_region', option('prepare', 'one', '--suvr_reference_region')],
  ['-suvr', option('prepare', 'one', '--suvr_reference_region')],
  ['-tsv', option('prepare', 'one', '--subjects_sessions_tsv')],
  ['--subjects_sessions_tsv', option('prepare', 'one', '--subjects_sessions_tsv')],
  ['-np', option('prepare', 'one', '--n_proc')],
  ['--n_procs', option('prepare', 'one', '--n_proc')],
]);

const trainOptions = new Map<string, NewOption>([
  ['-cpu', option('train', 'nothing', '--no-gpu')],
  ['--use_cpu', option('train', 'nothing', '--no-gpu')],
  ['-np', option('train', 'one', '--n_proc')],
  ['--nproc', option('train', 'one', '--n_proc')],
  same('--batch_size'),
  ['-esteps', option('train', 'one', '--evaluation_steps')],
  same('--evaluation_steps'),
  ['--multi_cohort', option('train', 'nothing', '--multi_cohort')],
  ['-d', option('train', 'several', '--diagnoses')],
  ['--diagnoses', option('train', 'several', '--diagnoses')],
  ['--baseline', option('train', 'nothing', '--baseline')],
  ['-un', option('train', 'nothing', '--unnormalize')],
  ['--unnormalize', option('train', 'nothing', '--unnormalize')],
  ['-da', option('train', 'several', '--data_augmentation')],
  ['--data_augmentation', option('train', 'several', '--data_augmentation')],
  ['-s', option('train', 'one', '--sampler')],
  same('--sampler'),
  same('--n_splits'),
  ['--split', option('train', 'several', '--split')],
  same('--epochs'),
  ['-lr', option('train', 'one', '--learning_rate')],
  same('--learning_rate'),
  ['-wd', option('train', 'one', '--weight_decay')],
  same('--weight_decay'),
  same('--dropout'),
  same('--patience'),
  same('--tolerance'),
  ['-asteps', option('train', 'one', '--accumulation_steps')],
  same('--accumulation_steps'),
  ['--transfer_learning_path', option('train', 'one', '--transfer_path')],
  ['--transfer_learning_selection', option('train', 'one', '--transfer_selection_metric')],
  same('--selection_threshold'),
  ['-ps', option('prepare', 'one', '--patch_size')],
  ['--patch_size', option('prepare', 'one', '--patch_size')],
  ['-ss', option('prepare', 'one', '--stride_size')],
  ['--stride_size', option('prepare', 'one', '--stride_size')],
  ['--use_extracted_patches', option('prepare', 'nothing', '--save_features')],
  ['--use_extracted_roi', option('prepare', 'nothing', '--save_features')],
  ['--use_extracted_slices', option('prepare', 'nothing', '--save_features')],
  ['-rl', option('prepare', 'several', '--roi_list')],
  ['--roi_list', option('prepare', 'several', '--roi_list')],
  ['--uncropped_roi', option('prepare', 'nothing', '--roi_uncrop_output')],
  ['-sd', option('prepare', 'one', '--slice_direction')],
  ['--slice_direction', option('prepare', 'one', '--slice_direction')],
  ['--discarded_slices', option('prepare', 'several', '--discarded_slices')],
  ['-v', option('none', 'nothing', '')],
  ['--verbose', option('none', 'nothing', '')],
]);

/** Old names of the network that a transfer begins with. */
const selections: Readonly<Record<string, string>> = { best_balanced_accuracy: 'BA', best_loss: 'loss' };

interface Read {
  readonly positionals: readonly string[];
  readonly prepare: readonly string[];
  readonly train: readonly string[];
  readonly unknown: readonly string[];
}

function readOld(words: readonly string[], known: ReadonlyMap<string, NewOption>): Read {
  const found = { positionals: [] as string[], prepare: [] as string[], train: [] as string[], unknown: [] as string[] };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (/^-(h|-help)$/.test(word) || /^\[.*\]$/.test(word)) continue;
    if (!word.startsWith('-')) {
      found.positionals.push(word);
      continue;
    }
    const meant = known.get(word);
    const most = meant === undefined ? 0 : { nothing: 0, one: 1, several: Infinity }[meant.takes];
    const values: string[] = [];
    while (values.length < most && at + 1 < words.length && !/^-[^\d]/.test(words[at + 1])) values.push(words[++at]);
    if (meant === undefined) found.unknown.push(word);
    else if (meant.to !== 'none') {
      const given = values.map((value) => selections[value] ?? value);
      if (meant.takes === 'nothing') found[meant.to].push(meant.flag);
      for (const value of given) found[meant.to].push(`${meant.flag} ${shownWord(value)}`);
    }
  }
  return found;
}

/** `<caps_directory>` of a tutorial stays as it is. */
function shownWord(word: string): string {
  return /^<[^<>]*>$/.test(word) ? word : quoteWord(word);
}

const lostOf = (unknown: readonly string[]): string =>
  unknown.length === 0 ? '' : ` ${unknown.join(', ')} has no counterpart there.`;

const shownArguments = (found: readonly string[], names: readonly string[]): string[] =>
  names.map((name, i) => (found[i] === undefined ? name : shownWord(found[i])));

/** The words of a line, without `clinicadl`, as 1.6.1 says them; undefined for a line that is not of an older interface. */
export function olderLine(words: readonly string[]): OlderLine | undefined {
  return words[0] === 'train' ? oldTrain(words) : words[0] === 'clinica' ? clinicaPrepare(words) : undefined;
}

function oldTrain([, mode = '', type = '', ...rest]: readonly string[]): OlderLine | undefined {
  if (!/^(image|patch|roi|slice)$/.test(mode) || !/^(autoencoder|cnn|multicnn)$/.test(type)) return undefined;
  // a list of values before an argument would take it in: those of 0.2 stand behind the arguments
  const { positionals, prepare, train, unknown } = readOld(rest, trainOptions);
  const names = ['CAPS_DIRECTORY', 'PREPROCESSING', 'TSV_DIRECTORY', 'OUTPUT_MAPS_DIRECTORY', 'ARCHITECTURE'];
  const [caps, preprocessing, tsv, output, network] = shownArguments(positionals, names);
  const json = `${mode}_${/^[\w-]+$/.test(preprocessing) ? preprocessing : 'inputs'}`;
  const has = (list: readonly string[], flag: string): boolean => list.some((word) => word.split(' ')[0] === flag);
  const region = mode === 'roi' && !has(prepare, '--roi_list') ? ['--roi_list ROI_NAME'] : [];
  // what was usual there and is not here
  const usualSlices = mode === 'slice' && !has(prepare, '--discarded_slices') ? ['--discarded_slices 20'] : [];
  const usualBatch = has(train, '--batch_size') ? [] : ['--batch_size 2'];
  const task = type === 'autoencoder' ? 'reconstruction' : 'classification';
  const architecture = type === 'autoencoder' ? `AE_${network}` : network;
  const several = type === 'multicnn' ? ['--multi_network'] : [];
  const regions =
    mode === 'roi' && region.length > 0
      ? ' The two boxes around the hippocampi that it took without --roi_list are gone: name the regions that have masks in the CAPS.'
      : '';
  return {
    version: 'ClinicaDL 0.2',
    command: `train ${mode} ${type}`,
    lines: [
      ['clinicadl prepare-data', mode, caps, preprocessing, `--extract_json ${json}`, ...prepare, ...region, ...usualSlices].join(
        ' ',
      ),
      [
        `clinicadl train ${task}`,
        caps,
        json,
        tsv,
        output,
        `--architecture ${architecture}`,
        ...several,
        ...usualBatch,
        ...train,
      ].join(' '),
    ],
    lost: `${lostOf(unknown)}${regions}`,
  };
}

function clinicaPrepare([, verb, pipeline, ...rest]: readonly string[]): OlderLine | undefined {
  if (verb !== 'run' || pipeline !== 'deeplearning-prepare-data') return undefined;
  const { positionals, prepare, unknown } = readOld(rest, clinicaOptions);
  const [caps, modality, mode] = shownArguments(positionals, ['CAPS_DIRECTORY', 't1-linear', 'image']);
  return {
    version: 'Clinica 0.5',
    command: 'clinica run deeplearning-prepare-data',
    lines: [['clinicadl prepare-data', mode, caps, modality, ...prepare].join(' ')],
    lost: lostOf(unknown),
  };
}
