/** @file The files of an interpretation: tensors, NIfTI images, and what the maps are. */
import { printFloat } from '../base/python-number';
import type { Folder } from '../folders/folder';
import { gzip } from '../formats/gzip';
import { type PythonValue, printPythonJson } from '../formats/json';
import { writeNifti } from '../formats/nifti';
import type { Affine } from '../formats/nifti-affine';
import { archiveNameOf, tensor, writeTorch } from '../formats/torch';
import type { Completeness } from '../learning/explain/integrated-gradients';
import { completenessTable, interpretationDescription, type PredictionLevel } from '../maps/layout';
import { writeTextTable } from '../maps/text-table';
import { identity, volumeOf } from './nifti-volume';

const encoder = new TextEncoder();

/** What the maps are, by the keys of `description.json`. */
export type Description = { readonly [key: string]: PythonValue };

/** A map [c, …space]. */
export interface ElementMap {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** `name` without ending. */
export async function writeMap(folder: Folder, path: string, { shape, data }: ElementMap): Promise<void> {
  const file = `${path}.pt`;
  await folder.write(file, writeTorch(tensor('float32', shape, data), { archiveName: archiveNameOf(file) }));
}

/** Channels are copies of one slice: what is said of them adds up. [c, …space] → [1, …space] */
export function overChannels({ shape: [channels, ...space], data }: ElementMap): ElementMap {
  const sum = data.slice(0, data.length / channels);
  for (let i = sum.length; i < data.length; i++) sum[i % sum.length] += data[i];
  return { shape: [1, ...space], data: sum };
}

/** Where the image lies. */
export async function writeMapImage(
  folder: Folder,
  path: string,
  map: ElementMap,
  sliceAxis: number | null,
  affine: Affine | null,
): Promise<void> {
  const { data } = overChannels(map);
  await folder.write(`${path}.nii.gz`, await gzip(writeNifti(volumeOf(data, map.shape, sliceAxis, affine ?? identity))));
}

export async function writeDescription(folder: Folder, path: string, content: Description): Promise<void> {
  await folder.write(`${path}/${interpretationDescription}`, encoder.encode(printPythonJson(content, { indent: 4 })));
}

export interface CompletenessRow extends Completeness {
  readonly participant_id: string;
  readonly session_id: string;
  readonly elementId: number;
}

/** Error: of the sum of the map against the change of the output that it divides up; `relative`: by that change. */
export async function writeCompleteness(
  folder: Folder,
  path: string,
  mode: PredictionLevel,
  rows: readonly CompletenessRow[],
): Promise<void> {
  const header = [
    'participant_id',
    'session_id',
    `${mode}_id`,
    'output',
    'output_black',
    'sum_of_map',
    'error',
    'relative_error',
  ];
  const cells = rows.map(({ participant_id, session_id, elementId, output, baseline, sum }) => {
    const error = sum - (output - baseline);
    const numbers = [output, baseline, sum, error, error / Math.abs(output - baseline)];
    return [participant_id, session_id, String(elementId), ...numbers.map(printFloat)];
  });
  await folder.write(`${path}/${completenessTable}`, writeTextTable(header, cells));
}
