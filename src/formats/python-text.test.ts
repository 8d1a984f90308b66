/** @file Cells in Python's words; expected texts and orders are what pandas 1.5.3 and Python print for `sorted(set(column))`. */
import { describe, expect, it } from 'vitest';
import { compareNumbers, compareTexts, pythonTexts } from './python-text';
import { column, readTsv } from './tsv';

const read = (...cells: string[]) =>
  pythonTexts(column(readTsv(new TextEncoder().encode(`a\tb\n${cells.map((cell) => `${cell}\tz\n`).join('')}`)), 'a'));

describe('cells as Python prints them', () => {
  it.each([
    [
      ['5', '10000000000000000009'],
      ['5', '10000000000000000009'],
    ],
    [
      ['-5', '10000000000000000009'],
      ['-5', '10000000000000000009'],
    ],
    [
      ['5', '18446744073709551616'],
      ['18446744073709551616', '5'],
    ],
    [
      ['9007199254740993', '3'],
      ['3', '9007199254740993'],
    ],
    [
      ['-9223372036854775808', '3'],
      ['-9223372036854775808', '3'],
    ],
    [
      ['+5', '07', '9223372036854775808'],
      ['5', '7', '9223372036854775808'],
    ],
    [
      ['10', '9', '100'],
      ['9', '10', '100'],
    ],
    [['01', '1', '1.0'], ['1.0']],
    [
      ['10', '1.50', '9'],
      ['1.5', '9.0', '10.0'],
    ],
    [
      ['1e3', '20000000000000000', '0.00001'],
      ['1e-05', '1000.0', '2e+16'],
    ],
    [
      ['inf', '-inf', '1'],
      ['-inf', '1.0', 'inf'],
    ],
    [
      ['true', 'FALSE'],
      ['False', 'True'],
    ],
    [
      ['True', '1'],
      ['1', 'True'],
    ],
    [
      ['b', 'B', 'a', '10', '9'],
      ['10', '9', 'B', 'a', 'b'],
    ],
    [
      ['1_000', '2'],
      ['1_000', '2'],
    ],
    [
      ['\u{10400}', '\uff21'],
      ['\uff21', '\u{10400}'],
    ],
  ])('%j are sorted as %j', (cells, expected) => {
    const { texts, numeric } = read(...cells);
    const distinct = [...new Set(texts)].filter((text) => text !== null);
    expect(distinct.sort(numeric ? compareNumbers : compareTexts)).toEqual(expected);
  });

  it('a missing cell is null, and makes floats of integers', () => {
    expect(read('9', '', '10')).toEqual({ texts: ['9.0', null, '10.0'], numeric: true });
    expect(read('x', 'NA')).toEqual({ texts: ['x', null], numeric: false });
    expect(read('True', '')).toEqual({ texts: ['True', null], numeric: true });
  });
});
