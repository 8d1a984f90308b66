/** @file Tables of sessions: identifiers as they are meant, rows of nothing, and cells that tabs do not separate. */
import { describe, expect, it } from 'vitest';
import { readSessionTable } from './session-table';
import { column } from './tsv';

const where = 'study/labels.tsv';
const read = (text: string, raw = false) => readSessionTable(new TextEncoder().encode(text), { where, raw });
const header = 'participant_id\tsession_id\tdiagnosis';

describe('identifiers', () => {
  it.each([
    ['a blank', ' '],
    ['a blank that does not break', '\u00a0'],
    ['a blank of no width', '\u200b'],
    ['a byte order mark in the middle of the file', '\ufeff'],
  ])('%s around a name is no part of it, in header and cells', (_, blank) => {
    const text = `${blank}participant_id${blank}\tsession_id${blank}\tdiagnosis\nsub-1${blank}\t${blank}ses-M000\tAD${blank}\n`;
    for (const raw of [false, true]) {
      const table = read(text, raw);
      expect(column(table, 'participant_id').values).toEqual(['sub-1']);
      expect(column(table, 'session_id').values).toEqual(['ses-M000']);
      expect(column(table, 'diagnosis').values).toEqual([`AD${blank}`]);
    }
  });

  it('rows of nothing are skipped, and the others keep the numbers of their lines', () => {
    const table = read(`${header}\n\t\t\nsub-1\tses-1\tAD\n \t\u00a0\t\n\nsub-2\tses-1\n\t\t\n`);
    expect(column(table, 'participant_id').values).toEqual(['sub-1', 'sub-2']);
    expect(column(table, 'diagnosis').values).toEqual(['AD', null]);
    expect(table.lines).toEqual([3, 6]);
  });

  it('a row of something needs both, and the line is told', () => {
    expect(() => read(`${header}\n\t\t\nsub-1\tses-1\tAD\n\tses-1\tAD\n`)).toThrow(`${where}, line 4: participant_id is empty`);
    expect(() => read(`${header}\n\nsub-1\t \tAD\n`)).toThrow(`${where}, line 3: session_id is empty`);
  });
});

describe('cells that tabs do not separate', () => {
  const rows = [
    ['participant_id', 'session_id', 'diagnosis'],
    ['sub-1', 'ses-M000', 'AD'],
    ['sub-2', 'ses-M000', 'CN'],
  ];

  it.each([
    ['commas', ','],
    ['commas', ', '],
    ['semicolons', ';'],
    ['vertical bars', '|'],
    ['vertical bars', ' | '],
    ['runs of blanks', '   '],
    ['blanks', ' '],
    ['the two characters \\t', '\\t'],
  ])('%s are told', (name, separator) => {
    const text = `${rows.map((row) => row.join(separator)).join('\r\n')}\r\n`;
    expect(() => read(text)).toThrow(`${where}, line 1: the cells are separated by ${name}, not by tabs.`);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'table-separator', hint: expect.stringContaining(name) }));
  });

  it('quoted cells, a header alone and a table with one such line are told too', () => {
    expect(() => read('"participant_id","session_id"\n"sub-1","ses, 1"\n"sub-2","ses-2"\n')).toThrow('by commas');
    expect(() => read('participant_id;session_id\n')).toThrow('by semicolons');
    expect(() => read(`${header}\nsub-1\tses-1\tAD\nsub-2,ses-1,CN\n`)).toThrow('line 3: the cells are separated by commas');
    expect(() => read('participant_id,session_id,diagnosis\nsub-1\tses-1\tAD\n')).toThrow(
      'line 1: the cells are separated by commas',
    );
  });

  it('blanks and commas inside cells are no separators', () => {
    const table = read('participant_id\tsession_id\tgroup, first visit\nsub-1\tses-1\tmild, late onset\nsub-2\tses-1\n');
    expect(column(table, 'group, first visit').values).toEqual(['mild, late onset', null]);
    expect(column(read('participant_id\nsub-1\n'), 'participant_id').values).toEqual(['sub-1']);
  });
});
