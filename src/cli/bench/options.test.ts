import { describe, expect, it } from 'vitest';
import { help, parseOptions } from './options';

describe('options of the benchmark', () => {
  it('are five rounds of all rows in Node when nothing is said', () => {
    expect(parseOptions([])).toMatchObject({ browser: false, rounds: 5, only: '', full: false, markdown: false });
    expect(parseOptions([]).json).toBeUndefined();
  });

  it('are taken from the command line', () => {
    const found = parseOptions(['--browser', '--rounds', '3', '--only', '^conv L[12]', '--json', 'out.json', '--markdown']);
    expect(found).toMatchObject({ browser: true, rounds: 3, only: '^conv L[12]', json: 'out.json', markdown: true });
  });

  it.each([
    [['--rounds', '0'], /whole number/],
    [['--rounds', '2.5'], /whole number/],
    [['--rounds', 'many'], /whole number/],
    [['--only', '('], /no regular expression/],
    [['--rownds', '3'], /--rownds/],
    [['Conv4'], /Conv4/],
  ])('%j is refused with what is wrong', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  it('are all told by --help', () => {
    for (const name of Object.keys(parseOptions([]))) expect(help).toContain(`--${name}`);
    expect(help).toContain('--json');
  });
});
