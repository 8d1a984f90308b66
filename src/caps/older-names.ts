/** @file Names that older versions of Clinica gave to the images of today's patterns. */
import { fileNamePattern, globExpression } from './glob';
import type { FileType } from './preprocessing';

/** What Clinica up to 0.5 called the tracers. */
const labels: Readonly<Record<string, string>> = { '18ffdg': 'fdg', '18fav45': 'av45' };

/** The pattern, and of PET images those before mid-2023 (`_trc-…_pet_space-`) and up to 0.5 (`_acq-…_pet_space-`). */
function patternsOf({ pattern }: FileType): string[] {
  const pet = /^pet_linear\/\*_trc-([^_]+)_space-(.*)$/.exec(pattern);
  if (pet === null) return [pattern];
  const [, tracer, rest] = pet;
  const label = labels[tracer.toLowerCase()] ?? tracer;
  return [pattern, `pet_linear/*_trc-${tracer}_pet_space-${rest}`, `pet_linear/*_acq-${label}_pet_space-${rest}`];
}

type Matcher = (text: string) => boolean;

function matcherOf(patterns: readonly string[]): Matcher {
  const expressions = patterns.map(globExpression);
  return (text) => expressions.some((expression) => expression.test(text));
}

/** Matchers by pattern, since each session of a CAPS asks for those of its kinds; custom suffixes are few. */
const imageMatchers = new Map<string, Matcher>();

/** Whether a path inside a session folder belongs to an image of the type. */
export function imageMatcher(type: FileType): Matcher {
  const known = imageMatchers.get(type.pattern);
  if (known !== undefined) return known;
  const matcher = matcherOf(patternsOf(type));
  imageMatchers.set(type.pattern, matcher);
  return matcher;
}

/** Whether a file's own name does. */
export const nameMatcher = (type: FileType): Matcher => matcherOf(patternsOf(type).map(fileNamePattern));
