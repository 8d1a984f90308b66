/** @file Tables of spreadsheets: the cells of the plain table come back, and nothing is changed that could mean something else. */
import { describe, expect, it } from 'vitest';
import { mendTable, printTextTable } from './mend-table';

const plain = 'participant_id\tsession_id\tage\tnote\nsub-1\tses-M000\t70.5\tcalm\nsub-2\tses-M000\t61.25\t"a ""b"""\n';
const encoder = new TextEncoder();
const options = { where: 't.tsv', key: 'participant_id' };

function utf16(text: string, littleEndian: boolean, mark = true): Uint8Array {
  const units = [...(mark ? '\ufeff' : ''), ...text].map((letter) => letter.charCodeAt(0));
  const bytes = new Uint8Array(2 * units.length);
  for (const [i, unit] of units.entries()) new DataView(bytes.buffer).setUint16(2 * i, unit, littleEndian);
  return bytes;
}

const mended = (bytes: Uint8Array): [string, string[]] => {
  const table = mendTable(bytes, options);
  return [new TextDecoder().decode(printTextTable(table)), table.faults.map(({ kind }) => kind)];
};

describe('a table', () => {
  it.each<[string, Uint8Array, string[]]>([
    ['as it should be', encoder.encode(plain), []],
    ['in UTF-16', utf16(plain, true), ['utf16']],
    ['in UTF-16, big endian', utf16(plain, false), ['utf16']],
    ['in UTF-16 without a mark', utf16(plain, true, false), ['utf16']],
    ['with a byte order mark', encoder.encode(`\ufeff${plain}`), ['mark']],
    ['with semicolons', encoder.encode(plain.replaceAll('\t', ';')), ['separator']],
    ['with commas', encoder.encode(plain.replaceAll('\t', ',')), ['separator']],
    [
      'of a German Excel',
      utf16(plain.replaceAll('\t', ';').replaceAll('.', ',').replaceAll('\n', '\r\n'), true),
      ['utf16', 'separator', 'decimals'],
    ],
    ['with decimal commas', encoder.encode(plain.replaceAll('.', ',')), ['decimals']],
    [
      'with an index of pandas',
      encoder.encode(
        plain
          .split('\n')
          .map((line, i) => (line === '' ? '' : `${i === 0 ? '' : i - 1}\t${line}`))
          .join('\n'),
      ),
      ['index'],
    ],
    ['with rows of nothing, as Excel leaves them', encoder.encode(`${plain}\t\t\t\n\t\t\t\n`), []],
  ])('%s gives its cells', (_, bytes, faults) => {
    expect(mended(bytes)).toEqual([plain, faults]);
  });

  it('keeps numbers that may be thousands, and says so', () => {
    const thousands = plain.replace('70.5', '1,234').replace('61.25', '2,500');
    expect(mended(encoder.encode(thousands))).toEqual([thousands, ['decimals-unsure']]);
  });

  it.each([
    ['a first column of other numbers', plain.replace(/^/gm, '7\t').replace('7\tpart', '\tpart').replace(/7\t$/, '')],
    ['lists of words with commas', plain.replace('calm', 'calm, then not')],
  ])('with %s stays as it is', (_, text) => {
    expect(mended(encoder.encode(text))).toEqual([text, []]);
  });

  it.each([
    ['other letters than UTF-8', Uint8Array.from([...encoder.encode(plain), 0xfc, 9, 9, 9, 10]), 'text-encoding'],
    ['blanks between cells', encoder.encode(plain.replaceAll('\t', '  ')), 'table-separator'],
    ['rows of other lengths', encoder.encode(plain.replaceAll('\t', ';').replace('calm', 'calm;more')), 'table-separator'],
  ])('with %s is refused', (_, bytes, code) => {
    expect(() => mended(bytes)).toThrow(expect.objectContaining({ code }));
  });
});
