import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OptionsError } from '../base/errors';
import { pyFloat } from '../base/python-number';
import { printToml, readPythonToml, readToml } from './toml';

describe('TOML', () => {
  it('the random search file of ClinicaDL reads as its sections say', () => {
    const text = readFileSync('test/golden/maps/random_search/random_search.toml', 'utf8');
    const value = readToml(text) as Record<string, Record<string, unknown>>;
    expect(Object.keys(value)).toEqual(['Random_Search', 'Cross_validation', 'Computational', 'Optimization']);
    expect(value.Random_Search.n_convblocks).toEqual([2, 4]);
    expect(value.Computational).toEqual({ gpu: false, n_proc: 0, batch_size: 4 });
    expect(readPythonToml(printToml(readPythonToml(text)))).toEqual(value);
  });

  it('integers and floats stay what they are', () => {
    const value = {
      a: 1,
      b: pyFloat(1),
      c: pyFloat(1e-5),
      d: [pyFloat(0), pyFloat(0.9)],
      e: 0.5,
      f: { g: true, h: 'x' },
      n: null,
    };
    const text = printToml(value);
    expect(text).toContain('a = 1\nb = 1.0\nc = 0.00001\nd = [ 0.0, 0.9 ]\ne = 0.5\n');
    expect(text).toContain('[f]\ng = true\nh = "x"');
    expect(text).not.toContain('n =');
    expect(readPythonToml(text)).toEqual({
      a: 1,
      b: pyFloat(1),
      c: pyFloat(1e-5),
      d: [pyFloat(0), pyFloat(0.9)],
      e: pyFloat(0.5),
      f: { g: true, h: 'x' },
    });
    expect(readToml(text)).toEqual({ a: 1, b: 1, c: 1e-5, d: [0, 0.9], e: 0.5, f: { g: true, h: 'x' } });
  });

  it('any table of options survives printing and reading', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.integer(),
      fc.double({ noDefaultInfinity: true, noNaN: true }).map((x) => pyFloat(x === 0 ? 0 : x)),
    );
    const key = fc
      .string({ minLength: 1 })
      .filter((text) => !['__proto__', 'constructor'].includes(text) && !/\p{Surrogate}/u.test(text));
    const section = fc.dictionary(key, fc.oneof(scalar, fc.array(fc.integer()), fc.array(fc.string())), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.dictionary(key, section, { noNullPrototype: true }), (value) => {
        expect(readPythonToml(printToml(value))).toEqual(value);
      }),
    );
  });

  it('an error names line, key and reason', () => {
    const failing = (text: string) => () => readToml(text, 'train_config.toml');
    expect(failing('[Optimization]\nepochs = 20\noptimizer = Adam\n')).toThrow(/Line 3 of the TOML text \(optimizer\)/);
    expect(failing('a = 1\na = 2\n')).toThrow(/Line 2/);
    expect(failing('[Model]\ntoday = 2024-01-02\n')).toThrow(
      /Line 2 of the TOML text \(Model.today\) cannot be read: it is a date/,
    );
    expect(failing('big = 9007199254740993\n')).toThrow(/Line 1 .*larger than 2\^53/);
    expect(failing('a = ')).toThrow(OptionsError);
    expect(failing('a = ')).toThrow(expect.objectContaining({ where: 'train_config.toml' }));
  });

  it('hostile texts are refused with an OptionsError', () => {
    for (const text of [
      '__proto__ = 1',
      '[__proto__]\npolluted = true',
      'a = {__proto__ = {polluted = true}}',
      'constructor.prototype.polluted = true',
      `a = ${'['.repeat(1e5)}`,
      `${Array.from({ length: 6e4 }, () => 'a').join('.')} = 1`,
    ]) {
      expect(() => readToml(text), text.slice(0, 40)).toThrow(OptionsError);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    // The length is looked at first: one key with two million dots would take seconds and a gigabyte.
    for (const long of [`${'a.'.repeat(2e6)}a = 1`, `[${'a.'.repeat(2e5)}a]`, ' '.repeat(5 * 2 ** 20)])
      expect(() => readToml(long)).toThrow('at most 131072 are read');
  });
});
