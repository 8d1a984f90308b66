/** @file Problems that say the same of several files or elements, as one. */
import type { Issue } from '../../base/issues';

export interface IssueGroup {
  readonly severity: Issue['severity'];
  readonly code: Issue['code'];
  /** What all have in common; a word that differs is shown as `…`. */
  readonly message: string;
  readonly hint: string;
  /** At least one, in the order in which they came. */
  readonly issues: readonly Issue[];
}

/** Fewer than this are told one by one. */
const FEWEST = 3;

/** Groups in the order of their first issue. Of one group are issues of one code and severity. */
export function likeIssues(issues: readonly Issue[]): IssueGroup[] {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const key = `${issue.severity} ${issue.code}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [issue]);
    else group.push(issue);
  }
  return [...groups.values()].flatMap((group) =>
    group.length < FEWEST ? group.map((issue) => groupOf([issue])) : [groupOf(group)],
  );
}

function groupOf(issues: readonly Issue[]): IssueGroup {
  const [{ severity, code }] = issues;
  return {
    severity,
    code,
    message: common(issues.map(({ message }) => message)),
    hint: common(issues.map(({ hint }) => hint)),
    issues,
  };
}

/** The words that all texts share, from both ends; what differs between them becomes one `…`. */
function common(texts: readonly string[]): string {
  const all = texts.map(wordsOf);
  const [first] = all;
  const fewest = Math.min(...all.map((words) => words.length));
  let head = 0;
  while (head < fewest && all.every((words) => words[head] === first[head])) head++;
  let tail = 0;
  while (tail < fewest - head && all.every((words) => words.at(-1 - tail) === first.at(-1 - tail))) tail++;
  if (head === first.length && all.every((words) => words.length === head)) return first.join(' ');
  const middle = first.length - head - tail;
  const isSame = all.every((words) => words.length === first.length);
  if (!isSame || middle === 0) return [...first.slice(0, head), '…', ...first.slice(first.length - tail)].join(' ');
  // texts of equal length: keep the words between that all share
  const between = first
    .slice(head, first.length - tail)
    .map((word, i) => (all.every((words) => words[head + i] === word) ? word : '…'));
  return [
    ...first.slice(0, head),
    ...between.filter((word, i) => word !== '…' || between[i - 1] !== '…'),
    ...first.slice(first.length - tail),
  ].join(' ');
}

function wordsOf(text: string): string[] {
  return text.split(' ');
}
