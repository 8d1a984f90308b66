/**
 * @file The errors a person can do something about. Anything that is not an AppError is a bug of ours.
 *
 * Cancelling is not an error: it is the platform's `AbortError` (see `isAbort`).
 */
import { type CatalogueRow, type Code, catalogue, type ErrorKind } from './catalogue';

export type Values = Readonly<Record<string, string | number | boolean>>;

export interface AppErrorDetails {
  /** Option name (`Optimization.learning_rate`) or path inside the chosen folder. */
  readonly where?: string;
  readonly cause?: unknown;
}

export class AppError extends Error {
  /** Written out, here and below: a minifier shortens the names of classes. */
  override name = 'AppError';
  readonly code: Code;
  readonly where: string | undefined;
  readonly hint: string;

  constructor(code: Code, message: string, hint: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = hint;
    this.where = details.where;
  }

  /** Said by the catalogue, so that it outlives a border and a minifier; the class says the same. */
  get kind(): ErrorKind {
    return catalogue[this.code].kind;
  }
}

/** Change an option. */
export class OptionsError extends AppError {
  override name = 'OptionsError';
}
/** Change or mend a file. */
export class DataError extends AppError {
  override name = 'DataError';
}
/** Browser, GPU, permission, space. */
export class MachineError extends AppError {
  override name = 'MachineError';
}

const classes = { options: OptionsError, data: DataError, machine: MachineError } as const;

/** A hostile file may put megabytes into a name; nobody reads them. */
const longestValue = 4000;

function shortened(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}… (${text.length} characters)` : text;
}

/** What a person can bring to an end while work waits for it: a disk that is full, a permission withdrawn, a drive unplugged. */
export const passingCodes: readonly Code[] = ['permission-withdrawn', 'folder-gone', 'disk-full'];

/** Fills `{name}` in a catalogue text; an unknown placeholder stays visible, so a test can find it. */
export function fillTemplate(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => shortened(String(values[name] ?? whole)));
}

/** The error of a catalogue row, as an instance of the class that its kind names. Throw the result. */
export function appError(code: Code, values: Values = {}, details: AppErrorDetails = {}): AppError {
  const row: CatalogueRow = catalogue[code];
  return rebuildError(code, fillTemplate(row.sentence, values), fillTemplate(row.hint, values), details);
}

/** An error whose texts are filled in already, with the class that its kind names. */
export function rebuildError(code: Code, message: string, hint: string, details: AppErrorDetails = {}): AppError {
  return new classes[catalogue[code].kind](code, message, hint, details);
}

/**
 * True for what is wrong with the file at `path` alone, so that work on others can go on; space, permission and the folder concern
 * all of them. `path` may be inside the folder that `where` begins at.
 */
export function concernsOnly(path: string, error: unknown): error is AppError {
  if (!(error instanceof AppError) || error.where === undefined) return false;
  if (error.where !== path && !error.where.endsWith(`/${path}`)) return false;
  return error.kind !== 'machine' || error.code === 'file-unreadable';
}

/**
 * True for an `AbortError`. Whoever stops work by a signal gets one, but streams, IndexedDB and WebGPU raise it for reasons of their
 * own: only where there is no signal to ask may it be taken for the person's stop (see `isStop`).
 */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** True when the person stopped the work: the signal says so, and the error is what stopping leaves behind. */
export function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && isAbort(error);
}
