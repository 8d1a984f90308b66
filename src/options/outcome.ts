/** @file What running one command comes to, as scripts, the console and the pages see it. A public interface. */
import type { AppError } from '../base/errors';
import type { Issue } from '../base/issues';

export interface OutcomeError {
  /** A key of the catalogue, or `bug` for what is no mistake of the person. */
  readonly code: string;
  readonly message: string;
  /** Option (`Optimization.learning_rate`) or path inside the workspace; empty when neither is known. */
  readonly where: string;
  /** One thing to do; starts with a verb. */
  readonly hint: string;
}

/** `stopped` is not `failed`: the person asked for it. `error` is there exactly when the status is `failed`. */
export interface CommandOutcome<Result = unknown> {
  readonly status: 'done' | 'stopped' | 'failed';
  readonly error?: OutcomeError;
  /** Problems that did not stop the command. */
  readonly issues: readonly Issue[];
  /** Paths inside the workspace of the files written, in order of writing. */
  readonly written: readonly string[];
  /** What the command found out; null unless the status is `done`. */
  readonly result: Result | null;
  /** The lines that the console shows. */
  readonly output: readonly string[];
}

/** The plain data of an error that crosses to scripts. */
export function outcomeError({ code, message, where = '', hint }: AppError): OutcomeError {
  return { code, message, where, hint };
}
