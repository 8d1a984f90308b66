/** @file A context for tests of jobs that need neither readers nor a GPU: a folder, and what the job said. */
import type { Issue } from '../src/base/issues';
import type { Progress } from '../src/base/job';
import type { Folder } from '../src/folders/folder';
import type { JobContext } from '../src/jobs/job-context';

export interface TestContext {
  readonly context: JobContext;
  readonly issues: Issue[];
  readonly lines: string[];
  readonly progress: Progress[];
}

/** Readers, checkpoints and executors are absent: a job that asks for them fails its test. */
export function testContext(workspace: Folder, signal: AbortSignal = new AbortController().signal): TestContext {
  const issues: Issue[] = [];
  const lines: string[] = [];
  const progress: Progress[] = [];
  const context = {
    workspace,
    signal,
    report: (step: Progress) => void progress.push(step),
    issue: (issue: Issue) => void issues.push(issue),
    log: (line: string) => void lines.push(line),
    now: () => new Date(2024, 3, 5),
  };
  return { context: context as unknown as JobContext, issues, lines, progress };
}
