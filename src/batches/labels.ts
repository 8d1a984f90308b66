/** @file From the words of the label column to the codes a network is trained on. */
import { appError } from '../base/errors';

/** Text of the label → node of the network. */
export type LabelCode = Readonly<Record<string, number>>;

/**
 * The distinct labels, sorted (numbers as numbers, words by code unit), numbered from 0; as `generate_label_code` in ClinicaDL,
 * which is given the training rows of split 0.
 */
export function makeLabelCode(labels: readonly (string | number)[]): LabelCode {
  const distinct = [...new Set(labels)];
  const sorted = distinct.every((label) => typeof label === 'number') ? distinct.toSorted((a, b) => a - b) : distinct.toSorted();
  return Object.fromEntries(sorted.map((label, node) => [String(label), node]));
}

/** The node of a label. Throws `label-unknown`, which names the session. */
export function nodeOf(code: LabelCode, label: string | number, where: string): number {
  const text = String(label);
  if (!Object.hasOwn(code, text))
    throw appError('label-unknown', { label: text, known: Object.keys(code).join(', ') }, { where });
  return code[text];
}
