/** @file The preprocessing JSON of `prepare-data`: what was extracted and how, for training to repeat. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { type JsonObject, type PythonObject, printPythonJson, readJson } from '../formats/json';
import { type ExtractionMode, extractionFileName, extractionPath, extractionsPath } from './layout';
import { type FileType, fileTypeOf } from './preprocessing';

interface Common {
  readonly preprocessing: string;
  readonly use_uncropped_image: boolean | null;
  /** The elements themselves were saved. */
  readonly prepare_dl: boolean;
  readonly tracer?: string;
  readonly suvr_reference_region?: string;
  readonly dti_space?: string;
  readonly dti_measure?: string;
  readonly custom_suffix?: string;
  readonly extract_json: string;
  readonly file_type: FileType;
}

interface ImageExtraction extends Common {
  readonly mode: 'image';
}

interface PatchExtraction extends Common {
  readonly mode: 'patch';
  readonly patch_size: number;
  readonly stride_size: number;
}

export interface SliceExtraction extends Common {
  readonly mode: 'slice';
  readonly slice_direction: number;
  readonly slice_mode: 'rgb' | 'single';
  /** As given: one number for both ends, or two. */
  readonly discarded_slices: readonly number[];
  /** Slices per image, where the images cannot tell. */
  readonly num_slices?: number;
}

export interface RoiExtraction extends Common {
  readonly mode: 'roi';
  readonly roi_list: readonly string[];
  readonly uncropped_roi: boolean;
  readonly roi_custom_template: string | null;
  readonly roi_custom_mask_pattern: string | null;
  readonly roi_template?: string;
  readonly roi_mask_pattern?: string;
  readonly masks_location?: string;
}

export type ExtractionJson = ImageExtraction | PatchExtraction | SliceExtraction | RoiExtraction;

const keysOfModes = {
  image: [],
  patch: ['patch_size', 'stride_size'],
  slice: ['slice_direction', 'slice_mode', 'discarded_slices', 'num_slices'],
  roi: ['roi_list', 'uncropped_roi', 'roi_custom_template', 'roi_custom_mask_pattern'],
} as const satisfies Record<ExtractionMode, readonly string[]>;

/** The file's text as ClinicaDL writes it: one line, its order of keys, nothing but ASCII; absent keys are left out. */
export function printExtractionJson(extraction: ExtractionJson): string {
  const { pattern, description, needed_pipeline } = extraction.file_type;
  const all: Readonly<Record<string, unknown>> = {
    ...extraction,
    file_type: { pattern, description, ...(needed_pipeline === undefined ? {} : { needed_pipeline }) },
  };
  const order = [
    ...['preprocessing', 'mode', 'use_uncropped_image', 'prepare_dl', 'custom_suffix', 'tracer', 'suvr_reference_region'],
    ...['dti_space', 'dti_measure'],
    ...['extract_json', ...keysOfModes[extraction.mode], 'file_type'],
    ...['roi_template', 'roi_mask_pattern', 'masks_location'],
  ];
  const present = order.filter((key) => all[key] !== undefined);
  return printPythonJson(Object.fromEntries(present.map((key) => [key, all[key]])) as PythonObject);
}

/** [slices left out at the beginning, at the end]. */
export function discardedEnds({ discarded_slices }: SliceExtraction): readonly [number, number] {
  const [begin = 0, end = begin] = discarded_slices;
  return [begin, end];
}

/**
 * An extraction from its JSON text. Keys that older versions did not write get their later defaults; a single number of discarded
 * slices becomes a list. Throws what `readJson` throws, `extraction-key` for a key of the wrong type, `preprocessing-unknown`.
 */
export function parseExtractionJson(source: Uint8Array | string, where: string): ExtractionJson {
  const json = readJson(source, { where });
  if (!isObject(json)) throw wrongKey('(the whole file)', 'an object', where);
  return extractionOf(json, where);
}

/** The same from an object, as `maps.json` holds it under `preprocessing_dict`. */
export function extractionOf(json: JsonObject, where: string): ExtractionJson {
  const read = keyReader(json, where);
  const mode = read.text('mode');
  const preprocessing = read.text('preprocessing');
  const common = {
    preprocessing,
    use_uncropped_image: json.use_uncropped_image === null ? null : read.flag('use_uncropped_image', false),
    prepare_dl: read.flag('prepare_dl', false),
    ...optional('custom_suffix', json, where),
    ...optional('tracer', json, where),
    ...optional('suvr_reference_region', json, where),
    ...optional('dti_space', json, where),
    ...optional('dti_measure', json, where),
    extract_json: read.text('extract_json', where.slice(where.lastIndexOf('/') + 1)),
  };
  const withType = { ...common, file_type: fileTypeIn(json, where) ?? fileTypeOf(common) };
  switch (mode) {
    case 'image':
      return { ...withType, mode };
    case 'patch':
      return { ...withType, mode, patch_size: read.count('patch_size', 1), stride_size: read.count('stride_size', 1) };
    case 'slice':
      return {
        ...withType,
        mode,
        slice_direction: read.count('slice_direction', 0, 2),
        slice_mode: sliceModeIn(json, where),
        discarded_slices: Array.isArray(json.discarded_slices)
          ? read.counts('discarded_slices')
          : [json.discarded_slices === undefined ? 0 : read.count('discarded_slices', 0)],
        ...(json.num_slices === undefined ? {} : { num_slices: read.count('num_slices', 1) }),
      };
    case 'roi':
      return {
        ...withType,
        mode,
        roi_list: read.texts('roi_list'),
        uncropped_roi: read.flag('uncropped_roi', false),
        roi_custom_template: json.roi_custom_template === null ? null : read.text('roi_custom_template', ''),
        roi_custom_mask_pattern: json.roi_custom_mask_pattern === null ? null : read.text('roi_custom_mask_pattern', ''),
        ...optional('roi_template', json, where),
        ...optional('roi_mask_pattern', json, where),
        ...optional('masks_location', json, where),
      };
    default:
      throw wrongKey('mode', 'image, slice, patch or roi', where);
  }
}

/** The extraction of that name in a CAPS; `.json` is added when it is missing. Throws `extraction-missing`. */
export async function readExtraction(caps: Folder, name: string): Promise<ExtractionJson> {
  const path = extractionPath(name);
  if ((await caps.kindOf(path)) !== 'file')
    throw appError(
      'extraction-missing',
      { file: path, folder: caps.name, name: extractionFileName(name), there: await extractionsThere(caps) },
      { where: path },
    );
  return parseExtractionJson(await caps.read(path), path);
}

/** Names of the JSON files that describe extractions, sorted. */
export async function listExtractionNames(caps: Folder): Promise<string[]> {
  if ((await caps.kindOf(extractionsPath)) !== 'folder') return [];
  const entries = await caps.list(extractionsPath);
  return entries.flatMap(({ name, kind }) => (kind === 'file' && name.endsWith('.json') ? [name] : []));
}

async function extractionsThere(caps: Folder): Promise<string> {
  const found = await listExtractionNames(caps);
  return found.length === 0
    ? 'nothing was prepared yet'
    : `it has ${found.slice(0, 10).join(', ')}${found.length > 10 ? ', …' : ''}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongKey(key: string, expected: string, where: string): Error {
  return appError('extraction-key', { file: where, key, expected }, { where });
}

/** The key with its text, or nothing where it is absent or null. */
function optional<Key extends string>(key: Key, json: JsonObject, where: string): { [K in Key]?: string } {
  const value = json[key] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw wrongKey(key, 'text', where);
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: string };
}

function sliceModeIn({ slice_mode = 'rgb' }: JsonObject, where: string): 'rgb' | 'single' {
  if (slice_mode !== 'rgb' && slice_mode !== 'single') throw wrongKey('slice_mode', 'rgb or single', where);
  return slice_mode;
}

function fileTypeIn(json: JsonObject, where: string): FileType | undefined {
  const { file_type } = json;
  if (file_type === undefined) return undefined;
  if (!isObject(file_type)) throw wrongKey('file_type', 'an object', where);
  const read = keyReader(file_type, where);
  // ClinicaDL notes the ending of the tensors where a CAPS has nothing else.
  const pattern = read.text('pattern').replace(/\.pt$/, '.nii.gz');
  const common = { pattern, description: read.text('description', '') };
  return { ...common, ...optional('needed_pipeline', file_type, where) };
}

interface KeyReader {
  text(key: string, absent?: string): string;
  flag(key: string, absent: boolean): boolean;
  count(key: string, min: number, max?: number): number;
  counts(key: string): number[];
  texts(key: string): string[];
}

function keyReader(json: JsonObject, where: string): KeyReader {
  const isCount = (value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  return {
    text(key, absent) {
      const value = json[key] ?? absent;
      if (typeof value !== 'string') throw wrongKey(key, 'text', where);
      return value;
    },
    flag(key, absent) {
      const value = json[key] ?? absent;
      if (typeof value !== 'boolean') throw wrongKey(key, 'true or false', where);
      return value;
    },
    count(key, min, max) {
      const value = json[key];
      if (!isCount(value, min, max))
        throw wrongKey(key, `a whole number from ${min}${max === undefined ? '' : ` to ${max}`}`, where);
      return value;
    },
    counts(key) {
      const values = json[key];
      if (!Array.isArray(values) || values.length < 1 || values.length > 2 || !values.every((value) => isCount(value, 0)))
        throw wrongKey(key, 'one or two whole numbers', where);
      return values;
    },
    texts(key) {
      const values = json[key];
      if (!Array.isArray(values) || values.length === 0 || !values.every((value) => typeof value === 'string'))
        throw wrongKey(key, 'a list of texts', where);
      return values;
    },
  };
}
