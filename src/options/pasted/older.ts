/** @file Lines of older interfaces, said in today's words: ClinicaDL 0.2 to 1.5, and Clinica's deeplearning-prepare-data. */
import { olderFlags } from './older-flags';
import { oldExtract, oldPrepare } from './older-prepare';
import { oldClassify, oldInterpret, oldResume, oldSaveTensor, oldTsvtool } from './older-tools';
import { oldTrain } from './older-train';
import type { OldWords } from './older-words';

export interface OlderLine {
  /** `ClinicaDL 0.2` */
  readonly version: string;
  /** The words that show it is older. */
  readonly command: string;
  /** The same today, in order; whether each can be run here is not looked at. Empty where nothing is left of it. */
  readonly lines: readonly string[];
  /** Sentences: what is done otherwise. */
  readonly notes: readonly string[];
  /** Sentences: what cannot be said today, so that the line must not run. */
  readonly lost: readonly string[];
  readonly asksHelp: boolean;
  readonly placeholder: string | undefined;
  /** Of its arguments, in capitals. */
  readonly missing: string | undefined;
  readonly unexpected: string | undefined;
}

/** What a reader of one old command finds out. */
export interface Translation {
  readonly version: string;
  readonly command: string;
  readonly lines: readonly string[];
  /** Names of its arguments; those from `needed` on may be left out. */
  readonly names: readonly string[];
  readonly needed?: number;
  readonly found: Pick<OldWords, 'positionals' | 'notes' | 'lost' | 'asksHelp' | 'placeholder'>;
  readonly notes?: readonly string[];
  readonly lost?: readonly string[];
}

const readers: readonly ((words: readonly string[]) => Translation | undefined)[] = [
  oldTrain,
  oldPrepare,
  oldExtract,
  oldClassify,
  oldInterpret,
  oldTsvtool,
  oldResume,
  oldSaveTensor,
  olderFlags,
];

/** The words of a line, without `clinicadl`, as they are said today; undefined for a line that is not of an older interface. */
export function olderLine(words: readonly string[]): OlderLine | undefined {
  for (const read of readers) {
    const translation = read(words);
    if (translation === undefined) continue;
    const { version, command, lines, names, needed = names.length, found, notes = [], lost = [] } = translation;
    const { positionals, asksHelp, placeholder } = found;
    return {
      version,
      command,
      lines,
      notes: [...found.notes, ...notes],
      lost: [...found.lost, ...lost],
      asksHelp: asksHelp || (words.length === command.split(' ').length && needed > 0),
      placeholder,
      missing: positionals.length < needed ? names[positionals.length] : undefined,
      unexpected: positionals[names.length],
    };
  }
  return undefined;
}
