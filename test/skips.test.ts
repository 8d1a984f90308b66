/** @file Every skip gives one of the reasons in `skips.ts`, and they are counted. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { skipLines } from './skip-reporter';
import { skips } from './skips';

const files = ['src', 'test'].flatMap((top) =>
  readdirSync(top, { recursive: true })
    .map((name) => `${top}/${String(name)}`.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && name !== 'test/skips.test.ts'),
);
const tests = files.filter((name) => name.endsWith('.test.ts'));

/** Skips of a test's source text that give no reason of the list. */
function without(source: string): string[] {
  const calls = [
    ...source.matchAll(/\b(?:it|test|describe|suite)(?:\.\w+(?:\([^)]*\))?)*?\.(?:skip|skipIf|runIf|todo|fails|only)\b/g),
  ];
  const reasons = [...source.matchAll(/(?<![\w.])skip\([^;]*\)/g)].filter(([call]) => !/\bskips\.\w+\)$/.test(call));
  return [...calls, ...reasons].map(([call]) => call);
}

describe('skips', () => {
  it('all give a reason of the list', () => {
    expect(tests.flatMap((file) => without(readFileSync(file, 'utf8')).map((call) => `${file}: ${call}`))).toEqual([]);
  });

  it('one without a reason is seen', () => {
    expect(without("it.skip('x', f)")).toHaveLength(1);
    expect(without("describe.each(a).skipIf(b)('x', f)")).toHaveLength(1);
    expect(without("skip(!gpu.half, 'no f16');")).toHaveLength(1);
    expect(without("skip(has(f()), 'no f16');")).toHaveLength(1);
    expect(without('skip(!gpu.half, skips.noHalf); reader.skip(8);')).toEqual([]);
  });

  it('every reason is given by some test', () => {
    const sources = tests.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(Object.keys(skips).filter((reason) => !sources.includes(`skips.${reason}`))).toEqual([]);
  });

  it('are counted by reason, and few of a kind are named', () => {
    const many = Array.from({ length: 13 }, (_, i) => ({ name: `a > ${i}`, reason: 'it rains' }));
    expect(skipLines([...many, { name: 'b', reason: 'it snows' }, { name: 'c', reason: undefined }])).toEqual([
      'Skipped: 13, because it rains.',
      'Skipped: 1, because it snows:',
      '  b',
      'Skipped: 1, because no reason given (left out by name, or after a failure):',
      '  c',
    ]);
    expect(skipLines([])).toEqual(['Skipped: none.']);
  });
});
