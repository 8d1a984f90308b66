/** @file `maps.json` of all versions since 0.3, with the names and keys of 1.6.1. */
import { isTask, trainSchema } from '../train';
import { fieldsInFile } from './fields';

type Parameters = Readonly<Record<string, unknown>>;

const renamed: ReadonlyMap<string, string> = new Map([
  ['model', 'architecture'],
  ['multi', 'multi_network'],
  ['minmaxnormalization', 'normalize'],
  ['num_workers', 'n_proc'],
  ['KL_weight', 'kl_weight'],
]);
/** Switches that meant the opposite. */
const negated: ReadonlyMap<string, string> = new Map([
  ['use_cpu', 'gpu'],
  ['nondeterministic', 'deterministic'],
]);

/** The key that 1.6.1 has for a key of any version, and whether a switch under the older one meant the opposite. */
export function modernKey(key: string): { readonly key: string; readonly negated: boolean } {
  return { key: renamed.get(key) ?? negated.get(key) ?? key, negated: negated.has(key) };
}

/** Keys that older versions kept beside the others; now they are in `preprocessing_dict`. */
export const preprocessingKeys: readonly string[] = [
  'preprocessing',
  'use_uncropped_image',
  'prepare_dl',
  'custom_suffix',
  'tracer',
  'suvr_reference_region',
  'patch_size',
  'stride_size',
  'slice_direction',
  'slice_mode',
  'discarded_slices',
  'roi_list',
  'uncropped_roi',
  'roi_custom_suffix',
  'roi_custom_template',
  'roi_custom_mask_pattern',
];

/**
 * The content of a `maps.json` with the names and keys of 1.6.1, all options present. A missing `file_type` stays missing: it
 * follows from the preprocessing.
 */
export function modernMapsJson(json: Parameters): Parameters {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json)) {
    const modern = modernKey(key);
    result[modern.key] = modern.negated ? !value : value;
  }
  // Up to 1.2 an empty path stood for none.
  if (result.transfer_path === '') result.transfer_path = false;
  if (result.preprocessing_dict === undefined) {
    const moved: Record<string, unknown> = { mode: result.mode };
    for (const key of preprocessingKeys) {
      if (result[key] !== undefined) moved[key] = result[key];
      delete result[key];
    }
    result.preprocessing_dict = moved;
  }
  result.preprocessing_dict = withPreprocessingDefaults(result.preprocessing_dict as Parameters);
  const schema = trainSchema(isTask(json.network_task) ? json.network_task : 'classification');
  for (const { key, field } of fieldsInFile(schema)) if (result[key] === undefined) result[key] = field.default;
  return result;
}

function withPreprocessingDefaults(dictionary: Parameters): Parameters {
  return {
    ...dictionary,
    use_uncropped_image: dictionary.use_uncropped_image ?? false,
    prepare_dl: dictionary.prepare_dl ?? false,
    ...(dictionary.mode === 'slice' ? { slice_mode: dictionary.slice_mode ?? 'rgb' } : {}),
  };
}
