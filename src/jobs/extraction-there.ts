/** @file Whether an extraction was made before, with the same settings: a line of ClinicaDL 0.2 asks for it with each training. */
import { type ExtractionJson, readExtraction } from '../caps/extraction-json';
import { extractionPath } from '../caps/layout';
import type { Folder } from '../folders/folder';
import type { ParsedCommand } from '../options/derive/argv';
import type { PrepareDataOptions } from '../options/prepare-data';
import { describeExtraction } from './describe-extraction';

const modes = {
  'prepare-data image': 'image',
  'prepare-data slice': 'slice',
  'prepare-data patch': 'patch',
  'prepare-data roi': 'roi',
} as const;

/** What two extractions must have in common to give the same elements. */
function settingsOf(json: ExtractionJson): string {
  const { file_type: _, ...settings } = json;
  const own: Record<string, unknown> = { ...settings };
  for (const key of ['roi_template', 'roi_mask_pattern', 'masks_location']) delete own[key];
  return JSON.stringify(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** True for a prepare-data whose JSON is there and describes what it would describe. */
export async function isExtracted(parsed: ParsedCommand, workspace: Folder): Promise<boolean> {
  if (!Object.hasOwn(modes, parsed.command)) return false;
  const mode = modes[parsed.command as keyof typeof modes];
  const request = { mode, options: parsed.options } as PrepareDataOptions;
  const { extract_json, caps_directory } = request.options;
  const caps = workspace.sub(caps_directory);
  if (extract_json === null || (await caps.kindOf(extractionPath(extract_json))) !== 'file') return false;
  const there = await readExtraction(caps, extract_json);
  return settingsOf(there) === settingsOf(describeExtraction(request, there.extract_json));
}
