/** @file The tables of sessions in a folder: how they are written. Other tables are left alone. */
import { AppError } from '../../base/errors';
import { issueOf } from '../../base/issues';
import type { SessionKey } from '../../caps/entities';
import type { Folder } from '../../folders/folder';
import { mendTable, type TableFault, type TextTable } from '../../formats/mend-table';
import { type Finding, findingOf, found } from './findings';

/** A table with a row for each participant and session. */
export interface SessionTable extends TextTable {
  readonly path: string;
  /** Places of the columns. */
  readonly participant: number;
  readonly session: number;
  /** Of the labels; −1 without. */
  readonly diagnosis: number;
  /** Identifiers or names of columns have blanks around them, or a name has other letters. */
  readonly isBlank: boolean;
  /** The file cannot be read as it is. */
  readonly isForeign: boolean;
}

/** A table that says where the CAPS of cohorts are. */
export interface CohortTable {
  readonly path: string;
  readonly rows: readonly { readonly cohort: string; readonly caps: string }[];
}

export interface FoundTables {
  readonly sessions: readonly SessionTable[];
  readonly cohorts: readonly CohortTable[];
  readonly findings: readonly Finding[];
}

const key = 'participant_id';
/** White space, and characters that nobody sees. */
const around = /^[\s\u00ad\u200b-\u200f\u2060\ufeff]+|[\s\u00ad\u200b-\u200f\u2060\ufeff]+$/g;

export const bare = (cell: string): string => cell.replace(around, '');

/** The session of a row, without blanks. */
export function sessionOfRow({ participant, session }: SessionTable, row: readonly string[]): SessionKey {
  return { participant_id: bare(row[participant]), session_id: bare(row[session]) };
}

function faultFinding(fault: TableFault, file: string): Finding {
  const about = { table: file };
  switch (fault.kind) {
    case 'utf16':
      return found('doctor-utf16', { file }, file, about);
    case 'mark':
      return found('doctor-mark', { file }, file, about);
    case 'separator':
      return found('doctor-separator', { file, separator: fault.separator }, file, about);
    case 'decimals':
      return found('doctor-decimals', { file, count: fault.cells, columns: fault.columns.join(', ') }, file, about);
    case 'index':
      return found('doctor-index', { file }, file, about);
    case 'decimals-unsure':
      return found('doctor-decimals-unsure', { file, columns: fault.columns.join(', ') }, file, about);
  }
}

/** True when the bytes of a table that cannot be read hold the name of the column, in whatever encoding. */
function namesParticipants(bytes: Uint8Array): boolean {
  const text = Array.from(bytes.subarray(0, 4096), (byte) => (byte === 0 ? '' : String.fromCharCode(byte))).join('');
  return text.toLowerCase().includes(key);
}

/** Blanks in the cells of the two columns and around the names of all. */
function blanksOf({ header, rows }: TextTable, participant: number, session: number): { count: number; first: string } {
  const cells = [...header, ...rows.flatMap((row) => [row[participant], row[session]])];
  const blank = cells.filter((cell) => bare(cell) !== cell);
  return { count: blank.length, first: blank[0] ?? '' };
}

/** Columns by name, whatever blanks and letters; a name that stands exactly comes first. */
function placeOf(header: readonly string[], name: string): number {
  const exact = header.indexOf(name);
  return exact >= 0 ? exact : header.findIndex((cell) => bare(cell).toLowerCase() === name);
}

async function lookAtTable(
  folder: Folder,
  path: string,
): Promise<{ table?: SessionTable; cohort?: CohortTable; findings: Finding[] }> {
  const bytes = await folder.read(path);
  let mended: ReturnType<typeof mendTable>;
  try {
    mended = mendTable(bytes, { where: path, key });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { findings: namesParticipants(bytes) ? [findingOf(issueOf(error), { table: path })] : [] };
  }
  const { header, rows, faults } = mended;
  const [participant, session, diagnosis] = [key, 'session_id', 'diagnosis'].map((name) => placeOf(header, name));
  const [cohort, caps] = ['cohort', 'path'].map((name) => placeOf(header, name));
  if (participant < 0 && cohort >= 0 && caps >= 0) {
    const places = rows.map((row) => ({ cohort: bare(row[cohort]), caps: bare(row[caps]) }));
    return { cohort: { path, rows: places }, findings: [] };
  }
  if (participant < 0 || session < 0) return { findings: [] };
  const findings = faults.map((fault) => faultFinding(fault, path));
  const { count, first } = blanksOf(mended, participant, session);
  const isLettered = header[participant] !== key || header[session] !== 'session_id';
  const isBlank = count > 0 || isLettered;
  if (isBlank) {
    const shown = first === '' ? (header[participant] === key ? header[session] : header[participant]) : first;
    findings.push(found('doctor-blanks', { file: path, count: Math.max(count, 1), first: shown }, path, { table: path }));
  }
  const isForeign = faults.some(({ kind }) => kind !== 'decimals-unsure') || /\.csv$/i.test(path);
  const filled = rows.filter((row) => bare(row[participant]) !== '' && bare(row[session]) !== '');
  return { table: { header, rows: filled, path, participant, session, diagnosis, isBlank, isForeign }, findings };
}

/** Reads every table; those without participants and sessions are no concern of ours. */
export async function lookAtTables(
  folder: Folder,
  paths: readonly string[],
  books: readonly string[],
  signal: AbortSignal,
): Promise<FoundTables> {
  const sessions: SessionTable[] = [];
  const cohorts: CohortTable[] = [];
  const findings = books.map((file) => found('doctor-table-format', { file }, file, { table: file }));
  for (const path of paths) {
    signal.throwIfAborted();
    const looked = await lookAtTable(folder, path);
    findings.push(...looked.findings);
    if (looked.table !== undefined) sessions.push(looked.table);
    if (looked.cohort !== undefined) cohorts.push(looked.cohort);
  }
  return { sessions, cohorts, findings };
}
