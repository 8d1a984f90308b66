/** @file Older extractions: `clinica run deeplearning-prepare-data`, `preprocessing extract-tensor` and `extract`. */
import { modalities } from '../../vocabulary/preprocessings';
import type { Translation } from './older';
import { becomes, isLost, readOldWords, shownArguments, shownWord, spelled, verbosity } from './older-words';

const modes = ['image', 'slice', 'patch', 'roi'];
const isModality = (word: string): boolean => (modalities as readonly string[]).includes(word);

const options = (list: 'one' | 'several') =>
  new Map([
    ...spelled('-uui --use_uncropped_image', becomes('--use_uncropped_image', 'nothing')),
    ...spelled('-ps --patch_size', becomes('--patch_size')),
    ...spelled('-ss --stride_size', becomes('--stride_size')),
    ...spelled('-sd --slice_direction', becomes('--slice_direction')),
    ...spelled('-sm --slice_mode', becomes('--slice_mode')),
    ...spelled('-ds --discarded_slices', becomes('--discarded_slices', list)),
    ...spelled('-rl --roi_list --roi_names', becomes('--roi_list', list)),
    ...spelled('--roi_uncrop_output --uncropped_roi', becomes('--roi_uncrop_output', 'nothing')),
    ...spelled('-ct --custom_template --roi_custom_template', becomes('--roi_custom_template')),
    ...spelled('-cmp --custom_mask_pattern --roi_custom_mask_pattern', becomes('--roi_custom_mask_pattern')),
    ...spelled('-cn --custom_suffix', becomes('--custom_suffix')),
    ...spelled('-acq --acq_label --tracer', becomes('--tracer')),
    ...spelled('-suvr --suvr_reference_region', becomes('--suvr_reference_region')),
    ...spelled('-tsv --subjects_sessions_tsv', becomes('--subjects_sessions_tsv')),
    ...spelled('-np --n_procs --nproc --n_proc', becomes('--n_proc')),
    ...spelled('-ej --extract_json', becomes('--extract_json')),
    ...spelled('--save_features', becomes('--save_features', 'nothing')),
    ...spelled('-wd --working_directory', isLost('there is no working directory; leave it out.')),
    ...verbosity,
  ]);

/** The arguments in their old order, CAPS, modality, mode, with the tensors of the mode always saved. */
function saving(
  version: string,
  command: string,
  words: readonly string[],
  list: 'one' | 'several',
  needed: number,
): Translation {
  const found = readOldWords(words, options(list));
  const names = ['CAPS_DIRECTORY', 't1-linear', 'image'];
  const [caps, modality, mode] = shownArguments(found.positionals, needed === 1 ? names : ['CAPS_DIRECTORY', 'MODALITY', 'MODE']);
  const saves = mode === 'image' || found.main.includes('--save_features') ? [] : ['--save_features'];
  const isRgb = mode === 'slice' && !found.main.includes('--slice_mode single');
  return {
    version,
    command,
    names: ['CAPS_DIRECTORY', 'MODALITY', 'EXTRACT_METHOD'],
    needed,
    found,
    lines: [['clinicadl prepare-data', mode, caps, modality, ...saves, ...found.main].join(' ')],
    lost: [...(modes.includes(mode) || /^[<[A-Z]/.test(mode) ? [] : [`${mode} is none of ${modes.join(', ')}.`])],
    notes: isRgb ? ['Slices keep the values of their image now; each was scaled from 0 to 1 before.'] : [],
  };
}

export function oldPrepare([first, second, third, ...rest]: readonly string[]): Translation | undefined {
  if (first === 'clinica' && second === 'run' && third === 'deeplearning-prepare-data')
    return saving('Clinica 0.5', 'clinica run deeplearning-prepare-data', rest, 'one', 1);
  if (first === 'preprocessing' && second === 'extract-tensor')
    return saving('ClinicaDL 0.2', 'preprocessing extract-tensor', third === undefined ? rest : [third, ...rest], 'several', 3);
  return first === 'preprocessing' ? oldPreprocessing(second, third === undefined ? [] : [third, ...rest]) : undefined;
}

/** `preprocessing run` and `preprocessing quality-check`, or the group alone. */
function oldPreprocessing(verb: string | undefined, words: readonly string[]): Translation {
  const found = readOldWords(words, new Map(verbosity));
  const isCheck = verb === 'quality-check';
  return {
    version: 'ClinicaDL 0.2',
    command: ['preprocessing', ...(verb === undefined || verb.startsWith('-') ? [] : [verb])].join(' '),
    names: isCheck ? ['CAPS_DIRECTORY', 'OUTPUT_TSV'] : [],
    needed: isCheck ? 2 : 0,
    found: { ...found, positionals: isCheck ? found.positionals : [], asksHelp: found.asksHelp || !words.length },
    lines: isCheck
      ? [['clinicadl quality-check t1-linear', ...shownArguments(found.positionals, ['CAPS_DIRECTORY', 'OUTPUT_TSV'])].join(' ')]
      : [],
    lost: isCheck ? [] : ['Clinica preprocesses images; preprocessing extract-tensor is prepare-data.'],
  };
}

/** `extract CAPS MODALITY MODE` of 1.0, and `extract MODE CAPS MODALITY` since 1.0.1. */
export function oldExtract([first, ...rest]: readonly string[]): Translation | undefined {
  if (first !== 'extract') return undefined;
  const found = readOldWords(rest, options('one'));
  const [a = '', b = '', c = ''] = found.positionals;
  const isFirst = modes.includes(c) && isModality(b);
  if (isFirst) return saving('ClinicaDL 1.0', 'extract', rest, 'one', 3);
  const [mode, caps, modality] = shownArguments(found.positionals, ['MODE', 'CAPS_DIRECTORY', 'MODALITY']);
  const isMode = modes.includes(a) || a === '' || /^[<[]/.test(a);
  return {
    version: 'ClinicaDL 1.1',
    command: 'extract',
    names: ['MODE', 'CAPS_DIRECTORY', 'MODALITY'],
    found,
    lines: [['clinicadl prepare-data', mode, caps, modality, ...found.main].join(' ')],
    lost: isMode ? [] : [`${shownWord(a)} is none of ${modes.join(', ')}.`],
  };
}
