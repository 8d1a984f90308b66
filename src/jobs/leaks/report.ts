/** @file The findings as a table or a text. Names of people, sessions and of the files of their images stay out unless they are asked for. */
import { writeTextTable } from '../../maps/text-table';
import { answerTexts, type Evidence, type LeakFinding } from './finding';
import { judgedScenarios } from './scenarios';

const nameless = (list: readonly string[] | undefined): string => String(list?.length ?? 0);
const named = (list: readonly string[] | undefined): string => (list ?? []).join(', ');

/** Files outside of a CAPS: those in it have the names of people. */
function filesOf({ files = [] }: Evidence, identifiers: boolean): string {
  return files.filter((file) => identifiers || !/(^|[/_])sub-/.test(file)).join(', ');
}

export function reportTable(findings: readonly LeakFinding[], identifiers: boolean): Uint8Array<ArrayBuffer> {
  const of = identifiers ? named : nameless;
  const rows = findings.flatMap(({ title, answer, evidence }) =>
    evidence.map((one) => [
      title,
      answerTexts[answer],
      one.sentence,
      of(one.people),
      of(one.sessions),
      filesOf(one, identifiers),
    ]),
  );
  return writeTextTable(['kind', 'answer', 'evidence', 'participants', 'sessions', 'files'], rows);
}

/** Lines for the console, and of the report as a text. */
export function reportLines(path: string, findings: readonly LeakFinding[], identifiers: boolean): string[] {
  const lines = [`Leakage in "${path}":`];
  for (const { title, answer, evidence } of findings) {
    lines.push(`${title}: ${answerTexts[answer]}`);
    for (const one of evidence) {
      lines.push(`    ${one.sentence}`);
      if (identifiers && (one.people ?? []).length > 0) lines.push(`    participants: ${named(one.people)}`);
      if (identifiers && (one.sessions ?? []).length > 0) lines.push(`    sessions: ${named(one.sessions)}`);
    }
  }
  lines.push('The five ways in which data leak:');
  for (const { name, answer } of judgedScenarios(findings)) lines.push(`    ${name}: ${answerTexts[answer]}`);
  return lines;
}
