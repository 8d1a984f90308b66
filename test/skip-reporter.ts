/** @file At the end of a run of vitest: how many tests were skipped, and why. */
import type { Reporter, TestModule } from 'vitest/node';
import { skips } from './skips';

/** Where no more than so many share a reason, they are named. */
const named = 12;

/** Lines about the skipped ones among some tests. */
export function skipLines(tests: readonly { readonly name: string; readonly reason: string | undefined }[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, reason = 'no reason given (left out by name, or after a failure)' } of tests)
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  if (byReason.size === 0) return ['Skipped: none.'];
  const order = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  return order.flatMap(([reason, names]) => [
    `Skipped: ${names.length}, because ${reason}${names.length > named ? '.' : ':'}`,
    ...(names.length > named ? [] : names.map((name) => `  ${name}`)),
  ]);
}

export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => {
        const result = test.result();
        return { name: `${module.relativeModuleId} > ${test.fullName}`, reason: 'note' in result ? result.note : undefined };
      }),
    );
    console.log(skipLines(skipped).join('\n'));
    const reasons: readonly string[] = Object.values(skips);
    const strange = skipped.filter(({ reason }) => reason !== undefined && !reasons.includes(reason));
    if (strange.length === 0) return;
    console.error(`Reasons that are not in test/skips.ts: ${strange.map(({ name }) => name).join(', ')}`);
    process.exitCode = 1;
  }
}
