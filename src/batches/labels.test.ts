/** @file Label codes. */
import { describe, expect, it } from 'vitest';
import { makeLabelCode, nodeOf } from './labels';

const words = (...labels: string[]) => labels.map((label) => ({ label }));
const numbers = (...labels: string[]) => labels.map((label) => ({ label, labelIsNumber: true }));

describe('label code', () => {
  it('numbers the distinct labels in sorted order', () => {
    expect(makeLabelCode(words('CN', 'AD', 'CN', 'MCI', 'AD'))).toEqual({ AD: 0, CN: 1, MCI: 2 });
  });

  it('sorts numbers as numbers, and words by code point', () => {
    expect(makeLabelCode(numbers('10', '9', '1'))).toEqual({ 1: 0, 9: 1, 10: 2 });
    expect(makeLabelCode(words('10', '9', '1'))).toEqual({ 1: 0, 10: 1, 9: 2 });
    expect(makeLabelCode(numbers('inf', '4.5', '-0.5', '1e+16', '50.0'))).toEqual({
      '-0.5': 0,
      '4.5': 1,
      '50.0': 2,
      '1e+16': 3,
      inf: 4,
    });
    expect(makeLabelCode(numbers('10000000000000000009', '5', '10000000000000000008'))).toEqual({
      5: 0,
      '10000000000000000008': 1,
      '10000000000000000009': 2,
    });
    // U+10400 is a pair of halves that begin with D801, and comes after U+FF21 in Python.
    expect(makeLabelCode(words('\u{10400}', '\uff21', 'ab', 'a', 'B'))).toEqual({
      B: 0,
      a: 1,
      ab: 2,
      '\uff21': 3,
      '\u{10400}': 4,
    });
  });

  it('a number finds an equal one; a word only itself', () => {
    const code = makeLabelCode(numbers('10', '9', '1'));
    expect(nodeOf(code, { label: '10' }, 'sub-1')).toBe(2);
    expect(nodeOf(code, { label: '9.0', labelIsNumber: true }, 'sub-1')).toBe(1);
    expect(nodeOf({ '4.5': 0, '5.0': 1 }, { label: '5', labelIsNumber: true }, 'sub-1')).toBe(1);
    expect(nodeOf({ False: 0, True: 1 }, { label: '1.0', labelIsNumber: true }, 'sub-1')).toBe(1);
    for (const label of ['9.0', '09', '']) expect(() => nodeOf(code, { label }, 'sub-1')).toThrow('is none of those');
    expect(() => nodeOf({ '': 0, x: 1 }, { label: '0', labelIsNumber: true }, 'sub-1')).toThrow('is none of those');
  });

  it('an unknown label is refused with the session and the labels it knows', () => {
    const code = makeLabelCode(words('AD', 'CN'));
    expect(() => nodeOf(code, { label: 'toString' }, 'sub-1 | ses-M000')).toThrow(
      expect.objectContaining({ code: 'label-unknown', where: 'sub-1 | ses-M000', message: expect.stringContaining('AD, CN') }),
    );
  });
});
