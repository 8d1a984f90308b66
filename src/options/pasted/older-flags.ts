/** @file Options of older versions on commands that still have their name: `train classification … -cpu`, `prepare-data … --acq_label`. */
import { commandNames, commandOf } from '../commands';
import { fieldsOf } from '../derive/fields';
import type { Translation } from './older';
import { oldSelections } from './older-train';
import { shownWord } from './older-words';

/** Today's spelling; one that a command does not have either is refused by the command itself. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['-cpu', '--no-gpu'],
  ['--use_cpu', '--no-gpu'],
  ['--use_gpu', '--gpu'],
  ['--nproc', '--n_proc'],
  ['--n_procs', '--n_proc'],
  ['--num_workers', '--n_proc'],
  ['--acq_label', '--tracer'],
  ['-acq', '--tracer'],
  ['--roi_names', '--roi_list'],
  ['--uncropped_roi', '--roi_uncrop_output'],
  ['--custom_template', '--roi_custom_template'],
  ['--custom_mask_pattern', '--roi_custom_mask_pattern'],
  ['--model', '--architecture'],
  ['--multi', '--multi_network'],
  ['--single', '--single_network'],
  ['--minmaxnormalization', '--normalize'],
  ['-un', '--unnormalize'],
  ['--transfer_learning_path', '--transfer_path'],
  ['--transfer_learning_selection', '--transfer_selection_metric'],
]);
/** Whose values had other names. */
const selections = new Set(['--transfer_learning_selection']);

export function olderFlags(words: readonly string[]): Translation | undefined {
  const name = commandNames.find((candidate) => candidate.split(' ').every((part, i) => part === words[i]));
  if (name === undefined) return undefined;
  const today = new Set(fieldsOf(commandOf(name).schema).flatMap(({ field }) => [...field.flags, ...(field.offFlags ?? [])]));
  const old: string[] = [];
  const rest = words.slice(name.split(' ').length).map((word, i, all) => {
    const flag = word.split('=')[0];
    const now = today.has(flag) ? undefined : renamed.get(flag);
    if (now === undefined) return selections.has(all[i - 1]) ? (oldSelections.get(word) ?? word) : word;
    if (!old.includes(flag)) old.push(flag);
    return now + word.slice(flag.length);
  });
  if (old.length === 0) return undefined;
  const asksHelp = rest.some((word) => word === '-h' || word === '--help');
  return {
    version: 'an older ClinicaDL',
    command: old.join(' '),
    names: [],
    needed: 0,
    found: { positionals: [], notes: [], lost: [], asksHelp, placeholder: undefined },
    lines: [['clinicadl', name, ...rest.map(shownWord)].join(' ')],
  };
}
