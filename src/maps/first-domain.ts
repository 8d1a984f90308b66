/**
 * @file Who is in the first of two domains of a training that adapts (`--ssda_network`), and who has no labels. ClinicaDL's groups are of
 * the second; its list of everybody does not say who was learnt from, and who was only validated on. This app's alone.
 */
import type { Folder } from '../folders/folder';
import { firstDomainFile } from './layout';
import type { Session } from './leakage';
import { readTextTable, writeTextTable } from './text-table';

interface FirstDomainSplit {
  readonly split: number;
  readonly train: readonly Session[];
  readonly validation: readonly Session[];
}

export interface FirstDomain {
  readonly all: readonly Session[];
  /** Those whom the networks of a split were trained on, people without labels included. */
  learntFrom(split: number): Session[];
}

const columns = ['split', 'set', 'participant_id', 'session_id'];
/** In the column split: every one of them. */
const everySplit = 'all';

export async function writeFirstDomain(
  maps: Folder,
  splits: readonly FirstDomainSplit[],
  unlabelled: readonly Session[],
): Promise<void> {
  const cells = (split: string, set: string, rows: readonly Session[]): string[][] =>
    rows.map(({ participant_id, session_id }) => [split, set, participant_id, session_id]);
  const rows = splits.flatMap(({ split, train, validation }) => [
    ...cells(String(split), 'train', train),
    ...cells(String(split), 'validation', validation),
  ]);
  await maps.write(firstDomainFile, writeTextTable(columns, [...rows, ...cells(everySplit, 'without labels', unlabelled)]));
}

/** Null for a MAPS without it, as those of ClinicaDL are. */
export async function readFirstDomain(maps: Folder): Promise<FirstDomain | null> {
  if ((await maps.kindOf(firstDomainFile)) !== 'file') return null;
  const { header, rows } = readTextTable(await maps.read(firstDomainFile), firstDomainFile);
  const [split, set, participant, session] = columns.map((name) => header.indexOf(name));
  if ([split, set, participant, session].includes(-1)) return null;
  const sessionOf = (row: readonly string[]): Session => ({ participant_id: row[participant], session_id: row[session] });
  return {
    all: rows.map(sessionOf),
    learntFrom: (number) =>
      rows.filter((row) => row[set] !== 'validation' && [String(number), everySplit].includes(row[split])).map(sessionOf),
  };
}
