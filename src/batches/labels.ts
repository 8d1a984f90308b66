/** @file From the words of the label column to the codes a network is trained on. */
import { appError } from '../base/errors';
import { compareNumbers, compareTexts, isPythonNumber, pythonNumber } from '../formats/python-text';

/** Text of the label → node of the network. */
export type LabelCode = Readonly<Record<string, number>>;

export interface Labelled {
  /** As Python prints it; null without labels. */
  readonly label: string | null;
  /** The label comes from a column of numbers or flags. */
  readonly labelIsNumber?: boolean;
}

/**
 * The distinct labels, sorted as Python does (numbers as numbers, words by code point), numbered from 0; as `generate_label_code`
 * in ClinicaDL, which is given the training rows of split 0.
 */
export function makeLabelCode(rows: readonly Labelled[]): LabelCode {
  const distinct = [...new Set(rows.flatMap(({ label }) => label ?? []))];
  const sorted = distinct.toSorted(rows.every((row) => row.labelIsNumber) ? compareNumbers : compareTexts);
  return Object.fromEntries(sorted.map((label, node) => [label, node]));
}

/**
 * The node of a label, looked up by its text; a number also finds an equal one, since a column with gaps or fractions turns 9 into
 * 9.0, and True into 1.0 in the tables of tsvtools. Throws `label-unknown`, which names the session.
 */
export function nodeOf(code: LabelCode, { label, labelIsNumber = false }: Labelled, where: string): number {
  const text = label ?? '';
  if (Object.hasOwn(code, text)) return code[text];
  const isEqual = (known: string): boolean => isPythonNumber(known) && compareNumbers(known, text) === 0;
  const equal = labelIsNumber ? Object.keys(code).find(isEqual) : undefined;
  if (equal === undefined) throw appError('label-unknown', { label: text, known: Object.keys(code).join(', ') }, { where });
  return code[equal];
}

/** From the cell of a session to the number that a network is given. Throws an error that names the session (`where`). */
export type LabelReader = (row: Labelled, where: string) => number;

/** Nodes of a classification. */
export const nodeReader =
  (code: LabelCode): LabelReader =>
  (row, where) =>
    nodeOf(code, row, where);

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Numbers of a regression. Throws `label-not-number`, which names the session. */
export const valueReader: LabelReader = ({ label }, where) => {
  const value = label !== null && isPythonNumber(label) ? pythonNumber(label) : Number.NaN;
  if (Number.isFinite(Math.fround(value))) return value;
  throw appError('label-not-number', { label: shortened(label ?? '') }, { where });
};
