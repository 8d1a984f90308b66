/**
 * @file `predict_only.json`: what makes a MAPS a model that was handed over, and what it tells of the training in numbers. This app's
 * alone: ClinicaDL leaves it where it is.
 */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { type JsonObject, type JsonValue, readJson } from '../formats/json';
import { shown } from '../options/derive/check';
import { quoteWord } from '../options/derive/words';
import { predictOnlyFile } from './layout';

export interface LabelShare {
  readonly label: string;
  readonly images: number;
}

export interface NumberRange {
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
}

/** The training set of a split. */
export interface TrainedOn {
  readonly split: number;
  /** Participants with their sessions. */
  readonly images: number;
  readonly participants: number;
  /** Of a classification, most frequent first. */
  readonly labels: readonly LabelShare[] | null;
  /** Of a regression. */
  readonly numbers: NumberRange | null;
}

export interface PredictOnly {
  readonly training_list: 'left out' | 'included';
  readonly training: readonly TrainedOn[];
  /** Its networks began with those of another training. */
  readonly began: boolean;
}

export function printPredictOnly(note: PredictOnly, version: string): Uint8Array<ArrayBuffer> {
  const training = note.training.map((one) => ({
    ...one,
    labels: one.labels?.map((row) => ({ ...row, share: Number((row.images / one.images).toPrecision(6)) })) ?? null,
  }));
  const about = `A model to predict with, written by clinicadl-web ${version}; ClinicaDL does not read this file. See model_card.md.`;
  return new TextEncoder().encode(
    `${JSON.stringify({ about, training_list: note.training_list, began: note.began, training }, null, 2)}\n`,
  );
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: JsonValue | undefined): value is number => Number.isInteger(value) && (value as number) >= 0;
const isShare = (value: JsonValue): boolean => isObject(value) && typeof value.label === 'string' && isCount(value.images);
const isRange = (value: JsonValue | undefined): boolean =>
  isObject(value) && [value.mean, value.least, value.greatest].every((one) => typeof one === 'number');

function isTrainedOn(value: JsonValue): boolean {
  if (!isObject(value) || ![value.split, value.images, value.participants].every(isCount)) return false;
  const { labels, numbers } = value;
  return (labels === null || (Array.isArray(labels) && labels.every(isShare))) && (numbers === null || isRange(numbers));
}

/** Null for any other MAPS. Throws `predict-only-value`. */
export async function readPredictOnly(maps: Folder): Promise<PredictOnly | null> {
  if ((await maps.kindOf(predictOnlyFile)) !== 'file') return null;
  const where = `${maps.name}/${predictOnlyFile}`;
  const json = readJson(await maps.read(predictOnlyFile), { where });
  const damaged = (key: string, found: unknown, expected: string): Error =>
    appError('predict-only-value', { file: where, key, found: shown(found), expected }, { where });
  if (!isObject(json)) throw damaged('the whole file', json, 'an object');
  // Models that older versions handed over do not tell it.
  const { training_list, training, began = false } = json;
  if (training_list !== 'left out' && training_list !== 'included')
    throw damaged('training_list', training_list, 'left out or included');
  if (!Array.isArray(training) || !training.every(isTrainedOn))
    throw damaged('training', training, 'images, participants, labels and numbers of each split');
  if (typeof began !== 'boolean') throw damaged('began', began, 'true or false');
  return { training_list, began, training: training as unknown as readonly TrainedOn[] };
}

/** Throws `maps-predict-only` for a MAPS whose training cannot go on or be repeated. `path`: as it was typed. */
export async function refusePredictOnly(maps: Folder, path: string): Promise<void> {
  if ((await maps.kindOf(predictOnlyFile)) === 'file')
    throw appError('maps-predict-only', { maps: path, typed: quoteWord(path) }, { where: path });
}
