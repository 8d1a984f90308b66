/**
 * @file The errors a person can do something about. Anything that is not an AppError is a bug of ours.
 *
 * Cancelling is not an error: it is the platform's `AbortError` (see `isAbort`).
 */
import { type CatalogueRow, type Code, catalogue } from './catalogue';

export type Values = Readonly<Record<string, string | number | boolean>>;

export interface AppErrorDetails {
  /** Option name (`Optimization.learning_rate`) or path inside the chosen folder. */
  readonly where?: string;
  readonly cause?: unknown;
}

export class AppError extends Error {
  readonly code: Code;
  readonly where: string | undefined;
  readonly hint: string;

  constructor(code: Code, message: string, hint: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = hint;
    this.where = details.where;
    this.name = new.target.name;
  }
}

/** Change an option. */
export class OptionsError extends AppError {}
/** Change or mend a file. */
export class DataError extends AppError {}
/** Browser, GPU, permission, space. */
export class MachineError extends AppError {}

const classes = { options: OptionsError, data: DataError, machine: MachineError } as const;

/** A hostile file may put megabytes into a name; nobody reads them. */
const longestValue = 4000;

function shortened(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}… (${text.length} characters)` : text;
}

/** Fills `{name}` in a catalogue text; an unknown placeholder stays visible, so a test can find it. */
export function fillTemplate(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => shortened(String(values[name] ?? whole)));
}

/** The error of a catalogue row, as an instance of the class that its kind names. Throw the result. */
export function appError(code: Code, values: Values = {}, details: AppErrorDetails = {}): AppError {
  const row: CatalogueRow = catalogue[code];
  return new classes[row.kind](code, fillTemplate(row.sentence, values), fillTemplate(row.hint, values), details);
}

/** True for the platform's way of saying "stopped by the person". */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
