/**
 * @file `journal.jsonl` of a MAPS: in which order it was trained, looked at and chosen from. No file of ClinicaDL tells that, and Python
 * does not read this one. One JSON object a line; a line that cannot be read is counted, never guessed.
 */
import { sha256 } from '../base/sha256';
import type { Folder } from '../folders/folder';
import { readJson } from '../formats/json';
import { journalFile } from './layout';
import { participantKey, type Session } from './leakage';

export type JournalEvent =
  /** A training begins in an empty folder. */
  | { readonly event: 'train'; readonly splits: readonly number[]; readonly metrics: readonly string[]; readonly begins: Begins }
  /** It goes on, or splits begin anew. */
  | { readonly event: 'resume'; readonly splits: readonly number[]; readonly begins: Begins }
  | { readonly event: 'trained'; readonly split: number; readonly metrics: readonly string[] }
  | ({ readonly event: 'predict'; readonly labelled: boolean } & Look)
  | ({ readonly event: 'interpret' } & Look)
  /** Networks were handed on: whoever does so has chosen them. */
  | { readonly event: 'export'; readonly command: string; readonly models: readonly Model[] };

/** What networks began with. `source`: a MAPS in the opened folder. */
export type Begins =
  | { readonly with: 'drawn weights' | 'weights of a file' }
  | { readonly with: 'networks of a MAPS'; readonly source: string; readonly metric: string };

export interface Model {
  readonly split: number;
  readonly metric: string;
}

export interface Look extends Model {
  readonly group: string;
  /** SHA-256 of its participants, so that a group that was defined anew is told from the one before. */
  readonly people: string;
  readonly participants: number;
  readonly sessions: number;
}

export type JournalEntry = JournalEvent & { readonly time: string; readonly program: string };

export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Lines that could not be read. */
  readonly damaged: number;
  /** It begins with the training: nothing came before its first line. */
  readonly whole: boolean;
}

/** Says who a group is, and no name. */
export async function peopleDigest(rows: readonly Session[]): Promise<string> {
  const names = [...new Set(rows.map(participantKey))].sort();
  return sha256(new TextEncoder().encode(names.join('\n')));
}

/** What is looked at by a group: everything but the model. */
export async function lookAt(group: string, rows: readonly Session[]): Promise<Omit<Look, keyof Model>> {
  const participants = new Set(rows.map(participantKey)).size;
  return { group, people: await peopleDigest(rows), participants, sessions: rows.length };
}

interface Clock {
  readonly version: string;
  now(): Date;
}

/** Adds a line. One that a killed program has left unfinished is not joined to it. */
export async function noteInJournal(maps: Folder, event: JournalEvent, { version, now }: Clock): Promise<void> {
  const before = await textOf(maps);
  const line = JSON.stringify({ time: now().toISOString(), program: `clinicadl-web ${version}`, ...event });
  const start = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  await maps.write(journalFile, new TextEncoder().encode(`${start}${line}\n`));
}

async function textOf(maps: Folder): Promise<string> {
  return (await maps.kindOf(journalFile)) === 'file' ? new TextDecoder().decode(await maps.read(journalFile)) : '';
}

/** Null for a MAPS without one: what was done with it is not known. */
export async function readJournal(maps: Folder): Promise<Journal | null> {
  const text = await textOf(maps);
  if (text.trim() === '') return null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map(entryOf);
  const entries = read.filter((entry) => entry !== null);
  return { entries, damaged: read.length - entries.length, whole: read[0]?.event === 'train' };
}

type Values = Readonly<Record<string, unknown>>;

const isList = (value: unknown, of: 'number' | 'string'): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === of);
const isModel = ({ split, metric }: Values): boolean => typeof split === 'number' && typeof metric === 'string';
const isLook = (values: Values): boolean =>
  isModel(values) && typeof values.group === 'string' && typeof values.people === 'string';
const isBegins = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { with: how, source, metric } = value as Values;
  if (how === 'networks of a MAPS') return typeof source === 'string' && typeof metric === 'string';
  return how === 'drawn weights' || how === 'weights of a file';
};

/** What each kind of line has to have. */
const shapes: Readonly<Record<JournalEvent['event'], (values: Values) => boolean>> = {
  train: ({ splits, metrics, begins }) => isList(splits, 'number') && isList(metrics, 'string') && isBegins(begins),
  resume: ({ splits, begins }) => isList(splits, 'number') && isBegins(begins),
  trained: ({ split, metrics }) => typeof split === 'number' && isList(metrics, 'string'),
  predict: (values) => isLook(values) && typeof values.labelled === 'boolean',
  interpret: isLook,
  export: ({ command, models }) =>
    typeof command === 'string' &&
    Array.isArray(models) &&
    models.every((model) => typeof model === 'object' && model !== null && isModel(model)),
};

function entryOf(line: string): JournalEntry | null {
  let value: unknown;
  try {
    value = readJson(new TextEncoder().encode(line), { where: journalFile });
  } catch {
    return null; // counted as damaged
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const values = value as Values;
  const { event, time, program } = values;
  const isKnown = typeof event === 'string' && Object.hasOwn(shapes, event);
  if (!isKnown || typeof time !== 'string' || Number.isNaN(Date.parse(time)) || typeof program !== 'string') return null;
  return shapes[event as JournalEvent['event']](values) ? (values as unknown as JournalEntry) : null;
}
