/** @file Which values of an option can be had here, and what help, forms and the guide say about the others. */
import type { Field, Positional } from '../field';

export interface Choice {
  readonly value: string;
  /** False for what exists in ClinicaDL and not here yet: shown, not to be chosen. */
  readonly available: boolean;
}

/** The words that an option or argument may be; none for other kinds. */
export function choicesOf(item: Field<unknown> | Positional): Choice[] {
  const isMissing = (value: string): boolean => {
    const { notYet } = item;
    if (typeof notYet !== 'function') return notYet?.includes(value) ?? false;
    return notYet(item.kind === 'choices' ? [value] : value);
  };
  return (item.choices ?? []).map((value) => ({ value, available: !isMissing(value) }));
}

/** True when only the default can be had. */
export function isLocked(field: Field<unknown>): boolean {
  const { kind, default: usual, notYet } = field;
  // Nothing can be chosen: to leave it away is all.
  if (kind === 'choice' && usual === '') return choicesOf(field).every(({ value, available }) => value === '' || !available);
  const other = kind === 'flag' ? !usual : kind === 'text' || kind === 'path' ? 'other' : undefined;
  return other !== undefined && notYet?.(other) === true;
}

/** `Not available here yet.` for an option without effect, `Not available here yet: a, b.` for some of its values, else ''. */
export function missingNote(item: Field<unknown> | Positional): string {
  const missing = choicesOf(item).filter(({ available }) => !available);
  if (missing.length === 0 && typeof item.notYet === 'function' && isLocked(item as Field<unknown>))
    return 'Not available here yet.';
  return missing.length === 0 ? '' : `Not available here yet: ${missing.map(({ value }) => value).join(', ')}.`;
}

/** The words that can be chosen here, joined by commas. */
export function availableChoices(item: Field<unknown> | Positional): string {
  return choicesOf(item)
    .filter(({ value, available }) => available && value !== '')
    .map(({ value }) => value)
    .join(', ');
}
