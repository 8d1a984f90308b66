/** @file Label codes. */
import { describe, expect, it } from 'vitest';
import { makeLabelCode, nodeOf } from './labels';

describe('label code', () => {
  it('numbers the distinct labels in sorted order', () => {
    expect(makeLabelCode(['CN', 'AD', 'CN', 'MCI', 'AD'])).toEqual({ AD: 0, CN: 1, MCI: 2 });
  });

  it('sorts numbers as numbers and looks them up by their text', () => {
    const code = makeLabelCode([10, 9, 1]);
    expect(code).toEqual({ 1: 0, 9: 1, 10: 2 });
    expect(nodeOf(code, 10, 'sub-1')).toBe(2);
    expect(nodeOf(code, '10', 'sub-1')).toBe(2);
  });

  it('an unknown label is refused with the session and the labels it knows', () => {
    const code = makeLabelCode(['AD', 'CN']);
    expect(() => nodeOf(code, 'toString', 'sub-1 | ses-M000')).toThrow(
      expect.objectContaining({ code: 'label-unknown', where: 'sub-1 | ses-M000', message: expect.stringContaining('AD, CN') }),
    );
  });
});
