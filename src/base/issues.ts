/** @file Problems that are collected instead of thrown: the job goes on and the page lists them. */
import { type CatalogueRow, type Code, catalogue } from './catalogue';
import { type AppError, fillTemplate, type Values } from './errors';

export interface Issue {
  readonly code: Code;
  readonly severity: 'warning' | 'error';
  readonly message: string;
  readonly hint: string;
  /** Path or participant/session the issue is about. */
  readonly where?: string;
}

export function makeIssue(code: Code, values: Values = {}, where?: string, severity: Issue['severity'] = 'warning'): Issue {
  const row: CatalogueRow = catalogue[code];
  const base = { code, severity, message: fillTemplate(row.sentence, values), hint: fillTemplate(row.hint, values) };
  return where === undefined ? base : { ...base, where };
}

/** The issue that says the same as an error, for errors that concern one file of many. */
export function issueOf(error: AppError, severity: Issue['severity'] = 'error'): Issue {
  const base = { code: error.code, severity, message: error.message, hint: error.hint };
  return error.where === undefined ? base : { ...base, where: error.where };
}
