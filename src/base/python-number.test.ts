import { describe, expect, it } from 'vitest';
import python from '../../test/golden/formats/numbers.json';
import { printFloat } from './python-number';

const floatOf = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE();

describe('floats', () => {
  it('print as the repr of Python', () => {
    for (const [bits, text] of python.floats) expect(printFloat(floatOf(bits))).toBe(text);
  });

  it('every printed float reads back as the same number', () => {
    for (const [bits] of python.floats) {
      const value = floatOf(bits);
      if (Number.isFinite(value)) expect(Number(printFloat(value))).toBe(value);
    }
  });
});
