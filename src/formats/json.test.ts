import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import python from '../../test/golden/formats/numbers.json';
import { DataError } from '../base/errors';
import { PyFloat, pyFloat } from '../base/python-number';
import type { Codec } from './codec';
import { fileFaults } from './codec-suite';
import { type PythonValue, printPythonJson, readJson, readPythonJson } from './json';

const golden = 'test/golden/';
const goldenFiles = readdirSync(golden, { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.json') && /^(maps|study|generate|prepared)\//.test(name));

describe('JSON of ClinicaDL', () => {
  it('the golden files are there', () => {
    expect(goldenFiles.length).toBeGreaterThan(90);
    expect(goldenFiles.filter((name) => name.endsWith('/maps.json')).length).toBeGreaterThan(70);
  });

  it('every golden file is printed again byte for byte', () => {
    for (const name of goldenFiles) {
      const text = readFileSync(golden + name, 'utf8');
      const options = { indent: text.startsWith('{\n') ? 4 : undefined, ensureAscii: !/[^ -~\n]/.test(text) };
      expect(printPythonJson(readPythonJson(text), options), name).toBe(text);
    }
  });

  it('a maps.json passes the codec suite', () => {
    const codec: Codec<PythonValue> = {
      name: 'JSON',
      read: (bytes) => readPythonJson(bytes),
      write: (value) => new TextEncoder().encode(printPythonJson(value, { indent: 4 })),
    };
    const file = Uint8Array.from(readFileSync(`${golden}maps/maps_cls/maps.json`));
    const same = (a: PythonValue, b: PythonValue) => printPythonJson(a) === printPythonJson(b);
    expect(fileFaults(codec, file, { same, prefixes: 'refused', bytesReturn: true })).toEqual([]);
  });

  it('plain and Python reading differ in floats only', () => {
    expect(readJson('[1, 1.0, 1e2, -0.5]')).toEqual([1, 1, 100, -0.5]);
    expect(readPythonJson('[1, 1.0, 1e2, -0.5]')).toEqual([1, pyFloat(1), pyFloat(100), pyFloat(-0.5)]);
    expect(readPythonJson('12345678901234567890')).toBe(12345678901234567890n);
  });
});

describe('printing', () => {
  it('is the text of json.dumps, and reading it back prints the same', () => {
    for (const { indent, ensureAscii, text } of python.dumps) {
      const options = { ...(indent === null ? {} : { indent }), ensureAscii };
      expect(printPythonJson(readPythonJson(text), options)).toBe(text);
    }
  });

  it('marks floats, and only floats, with a point or an exponent', () => {
    expect(printPythonJson([1, pyFloat(1), 0.5, 1e21, pyFloat(1e-5), 10n])).toBe(
      '[1, 1.0, 0.5, 1000000000000000000000, 1e-05, 10]',
    );
  });

  it('refuses what JSON cannot say', () => {
    expect(() => printPythonJson([undefined as unknown as null])).toThrow(TypeError);
  });
});

describe('reading', () => {
  const jsonValues = fc.jsonValue({ maxDepth: 4 });

  it('agrees with JSON.parse on every JSON text', () => {
    fc.assert(
      fc.property(jsonValues, fc.constantFrom(0, 1, 4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes('"__proto__"'));
        expect(readJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('accepts or refuses as JSON.parse does, NaN and Infinity aside', () => {
    const texts = [
      '',
      ' ',
      '[',
      ']',
      '[1,]',
      '[,1]',
      '{"a"}',
      '{"a":}',
      '{a: 1}',
      "{'a': 1}",
      '01',
      '-',
      '+1',
      '1.',
      '.5',
      '1e',
      '1 2',
    ];
    const more = [
      '"\\x"',
      '"\\u12"',
      '"\n"',
      '"',
      'nul',
      'True',
      'nan',
      '[1] x',
      '{"a":1,}',
      '"\\ud800"',
      '-0',
      '1E+2',
      '\ufeff1',
      '{}',
    ];
    for (const text of [...texts, ...more]) {
      const tried = (read: (text: string) => unknown) => {
        try {
          return JSON.stringify(read(text));
        } catch (error) {
          return error instanceof DataError || error instanceof SyntaxError ? 'refused' : String(error);
        }
      };
      expect(tried(readJson), text).toBe(tried(JSON.parse));
    }
  });

  it('accepts the numbers that only Python writes', () => {
    expect(readJson('[NaN, Infinity, -Infinity]')).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(readPythonJson('NaN')).toBeInstanceOf(PyFloat);
  });

  it('names line and column of the fault', () => {
    expect(() => readJson('{\n  "a": 1,\n  b: 2\n}', { where: 'x/maps.json' })).toThrow(
      'line 3, column 3: found "b", expected a key',
    );
  });

  it('cannot be led to change a prototype', () => {
    expect(() => readJson('{"a": {"__proto__": {"polluted": true}}}')).toThrow('"__proto__"');
    const value = readJson('{"constructor": {"prototype": {"polluted": true}}, "toString": 1}') as Record<string, unknown>;
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(value)).toEqual(['constructor', 'toString']);
  });

  it('refuses deep nesting and large texts with a DataError', () => {
    expect(() => readJson('['.repeat(1e6))).toThrow(DataError);
    expect(() => readJson('{"a":'.repeat(1e5))).toThrow('nested deeper than 100');
    expect(readJson('['.repeat(100) + ']'.repeat(100))).toBeInstanceOf(Array);
    expect(() => readJson(new Uint8Array(65 * 2 ** 20).fill(32))).toThrow('68157440 bytes');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => readJson(Uint8Array.of(0xff, 0xfe, 0x7b, 0))).toThrow('UTF-16');
    expect(() => readJson(Uint8Array.of(0x22, 0xe9, 0x22))).toThrow('no UTF-8');
  });
});
