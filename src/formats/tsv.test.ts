import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import pandas from '../../test/golden/formats/tables.json';
import type { Codec } from './codec';
import { fileFaults } from './codec-suite';
import { type Cell, type ColumnType, column, fromRows, readTsv, rowCount, selectRows, type Table, writeTsv } from './tsv';
import { uniqueNames } from './tsv-types';

const golden = 'test/golden/';
const goldenFiles = readdirSync(golden, { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.tsv'));

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const read = (text: string): Table => readTsv(bytesOf(text), { where: 'a.tsv' });
const sameTable = (a: Table, b: Table): boolean => JSON.stringify(a) === JSON.stringify(b);

describe('tables of ClinicaDL', () => {
  it('raw reading keeps every byte of every golden table', () => {
    expect(goldenFiles.length).toBeGreaterThan(250);
    for (const name of goldenFiles) {
      const bytes = readFileSync(golden + name);
      expect(textOf(writeTsv(readTsv(bytes, { raw: true }))), name).toBe(bytes.toString());
    }
  });

  it('typed reading and writing changes every golden table exactly as pandas does', () => {
    expect(Object.keys(pandas.golden).length).toBeGreaterThan(250);
    for (const [name, hash] of Object.entries(pandas.golden)) {
      const written = writeTsv(readTsv(readFileSync(golden + name)));
      expect(createHash('sha256').update(written).digest('hex'), name).toBe(hash);
    }
  });

  it('every table of labels and splits has types that give its bytes back', () => {
    for (const name of goldenFiles.filter((name) => name.startsWith('study/tsv'))) {
      const bytes = readFileSync(golden + name);
      expect(textOf(writeTsv(readTsv(bytes))), name).toBe(bytes.toString());
    }
  });

  it('raw and typed reading pass the codec suite', () => {
    const labels = Uint8Array.from(readFileSync(`${golden}study/tsv/labels.tsv`));
    const metrics = Uint8Array.from(readFileSync(`${golden}maps/maps_cls/split-0/best-loss/train/train_image_level_metrics.tsv`));
    const typed: Codec<Table> = { name: 'TSV', read: (bytes) => readTsv(bytes), write: writeTsv };
    const raw: Codec<Table> = { name: 'raw TSV', read: (bytes) => readTsv(bytes, { raw: true }), write: writeTsv };
    expect(fileFaults(typed, labels, { same: sameTable, prefixes: 'no crash', bytesReturn: true })).toEqual([]);
    expect(fileFaults(raw, metrics, { same: sameTable, prefixes: 'no crash', bytesReturn: true })).toEqual([]);
  });
});

describe('tables as pandas reads and writes them', () => {
  for (const { text, names, types, rewritten } of pandas.tables) {
    it(`${JSON.stringify(text)} gets the same names, types and text`, () => {
      const table = read(text);
      expect(table.columns.map((column) => column.name)).toEqual(names);
      // A column of flags with gaps is "object" in pandas; here it stays bool. Both write the same.
      const mixed = table.columns.map((column) => column.type === 'bool' && column.values.includes(null));
      expect(table.columns.map((column, i) => (mixed[i] ? 'text' : column.type))).toEqual(types);
      expect(textOf(writeTsv(table))).toBe(rewritten);
    });
  }

  it('floats are parsed to the same bits', () => {
    const table = read(`a\n${pandas.floats.map(([cell]) => cell).join('\n')}\n`);
    const view = new DataView(new ArrayBuffer(8));
    const bits = (value: Cell) => {
      view.setFloat64(0, value as number);
      return view.getBigUint64(0).toString(16).padStart(16, '0');
    };
    expect(table.columns[0].values.map(bits)).toEqual(pandas.floats.map(([, expected]) => expected));
  });

  it('missing cells are null', () => {
    const table = read('a\tb\tc\nNA\tx\t1\n2\tn/a\t\n');
    expect(table.columns.map(({ type, values }) => [type, values])).toEqual([
      ['float', [null, 2]],
      ['text', ['x', null]],
      ['float', [1, null]],
    ]);
  });

  it('integers beyond 2^53 stay text, digit by digit', () => {
    expect(read('a\n12345678901234567890\n1\n').columns[0]).toEqual({
      name: 'a',
      type: 'text',
      values: ['12345678901234567890', '1'],
    });
  });
});

describe('hostile tables', () => {
  it('a row with too many cells is refused with its line', () => {
    expect(() => read('a\tb\n1\t2\n1\t2\t3\n')).toThrow('line 3: there are 3 cells, and the header has 2.');
    expect(() => read('a\tb\r\n1\t2\r\n\r\n1\t2\t3\r\n')).toThrow('line 4: there are 3 cells');
    expect(() => read('a\tb\n"x\ny"\t2\n1\t2\t\t4\n')).toThrow('line 4: there are 4 cells');
  });

  it('a short row is filled with gaps, as pandas does; empty cells beyond the header are nothing', () => {
    const filled = [
      { name: 'a', type: 'int', values: [1, 3, 4] },
      { name: 'b', type: 'text', values: ['x', null, 'y'] },
      { name: 'c', type: 'float', values: [2.5, null, null] },
    ];
    expect(read('a\tb\tc\n1\tx\t2.5\n3\n4\ty\n').columns).toEqual(filled);
    expect(read('a\tb\tc\n1\tx\t2.5\t\n3\t\t\t\t \n4\ty\t\n').columns).toEqual(filled);
  });

  it('an unfinished quote, an empty file, UTF-16 and binary bytes are refused', () => {
    expect(() => read('a\tb\n1\t"x\n3\t4\n')).toThrow('line 2: a quote is opened and never closed');
    expect(() => read('')).toThrow('line 1: there is no header');
    expect(() => readTsv(Uint8Array.from([0xff, 0xfe, 0x61, 0]))).toThrow('UTF-16');
    expect(() => readTsv(Uint8Array.from([0x61, 0, 0x09, 0]))).toThrow('byte 1 is zero');
    expect(() => readTsv(Uint8Array.from([0x61, 0x0a, 0xe9, 0x0a]))).toThrow('UTF-8');
  });

  it('a million rows are read', () => {
    const rows = Array.from({ length: 1e6 }, (_, i) => `sub-${i}\tses-M000\t${i}\t${i / 7}\tCN`);
    const bytes = bytesOf(`participant_id\tsession_id\tn\tx\tdiagnosis\n${rows.join('\n')}\n`);
    const table = readTsv(bytes);
    expect(rowCount(table)).toBe(1e6);
    expect(column(table, 'n').values[999_999]).toBe(999_999);
  });

  it('thousands of columns of one name are numbered, each looked at once', () => {
    const lookups = vi.spyOn(Map.prototype, 'get');
    const scans = vi.spyOn(Array.prototype, 'includes');
    try {
      const names = uniqueNames(Array<string>(5000).fill('c'));
      const steps = [lookups.mock.calls.length, scans.mock.calls.length];
      expect(names.at(-1)).toBe('c.4999');
      expect(steps[0]).toBeLessThan(10 * 5000);
      expect(steps[1]).toBe(0);
    } finally {
      lookups.mockRestore();
      scans.mockRestore();
    }
  });

  it('more columns than any table has are refused before they take memory', () => {
    const line = (cell: string): string => Array<string>(50_001).fill(cell).join('\t');
    expect(() => read(`${line('c')}\n${line('1')}\n`)).toThrow('more than 50000 columns');
    expect(read(`${line('c').slice(2)}\n`).columns).toHaveLength(50_000);
  });

  it('any text read raw is refused or written to an equal table', () => {
    const characters = fc.constantFrom('a', 'b', '1', '.', '\t', '\n', '\r', '"', ' ', 'é', '-');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 40 }), (text) => {
        let table: Table;
        try {
          table = readTsv(bytesOf(text), { raw: true });
        } catch (error) {
          expect(error).toHaveProperty('code', expect.stringMatching(/^table-/));
          return;
        }
        expect(readTsv(writeTsv(table), { raw: true })).toEqual(table);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('writing', () => {
  it('an index column without a name is written and read as pandas does', () => {
    const table = fromRows(
      [
        { name: '', type: 'int' },
        { name: 'participant_id', type: 'text' },
      ],
      [
        [0, 'sub-T00'],
        [1, 'sub-T01'],
      ],
    );
    const bytes = writeTsv(table);
    expect(textOf(bytes)).toBe('\tparticipant_id\n0\tsub-T00\n1\tsub-T01\n');
    expect(readTsv(bytes).columns.map((column) => column.name)).toEqual(['Unnamed: 0', 'participant_id']);
  });

  it('any typed table reads back the same', () => {
    const word = fc
      .string({ unit: fc.constantFrom('x', 'y', '"', '\t', '\n', '\r', ' ', 'é'), minLength: 1, maxLength: 6 })
      .map((text) => `w${text}`);
    const cells: Readonly<Record<ColumnType, fc.Arbitrary<Cell>>> = {
      int: fc.maxSafeInteger().map((x) => x + 0),
      float: fc.option(fc.float({ noNaN: true }).map((x) => Math.round(x * 8) / 8 + 0)),
      bool: fc.boolean(),
      text: fc.option(word),
    };
    const types = fc.constantFrom<ColumnType>('int', 'float', 'bool', 'text');
    const tables = fc
      .tuple(fc.array(types, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 5 }))
      .chain(([kinds, rows]) =>
        fc.tuple(...kinds.map((type) => fc.array(cells[type], { minLength: rows, maxLength: rows }))).map((values) => ({
          columns: kinds.map((type, i) => ({ name: `c${i}`, type, values: [...values[i]] })),
        })),
      );
    fc.assert(
      fc.property(tables, (table) => {
        const back = readTsv(writeTsv(table));
        for (const [i, { type, values }] of table.columns.entries()) {
          if (type === 'float') {
            // The parser of pandas may miss the last digit, so floats are compared with its precision.
            values.forEach((value, row) => {
              const found = back.columns[i].values[row];
              if (value === null || !Number.isFinite(value)) expect(found).toBe(value);
              else expect(Math.abs(Number(found) - Number(value))).toBeLessThanOrEqual(1e-15 * Math.abs(Number(value)));
            });
          } else {
            expect(back.columns[i].values).toEqual(values);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('columns and rows', () => {
  const table = read('participant_id\tage\nsub-1\t70\nsub-2\t71\nsub-3\t72\n');

  it('a column that is not there is refused with the file and the columns there are', () => {
    expect(column(table, 'age').values).toEqual([70, 71, 72]);
    expect(() => column(table, 'sex', 'tsv/labels.tsv')).toThrow(
      'The table "tsv/labels.tsv" has no column "sex"; it has participant_id, age.',
    );
  });

  it('rows are selected in the order asked for, also twice', () => {
    const selected = selectRows(table, [2, 0, 2]);
    expect(selected.columns.map((column) => column.values)).toEqual([
      ['sub-3', 'sub-1', 'sub-3'],
      [72, 70, 72],
    ]);
    expect(rowCount(selected)).toBe(3);
    expect(rowCount({ columns: [] })).toBe(0);
  });
});
