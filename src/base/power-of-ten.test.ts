import { describe, expect, it } from 'vitest';
import { powerOfTen } from './power-of-ten';

describe('powers of ten', () => {
  // Of Python: `10 ** -x`. The first are those in which Math.pow of V8 differs.
  it.each([
    [3.9634806967355276, 0.00010877254831360263],
    [0.2035668879476864, 0.6257964743352266],
    [3.3769326046617385, 0.0004198241287143735],
    [1.8469323323278743, 0.014225504182520865],
    [5.362444531312568, 0.000004340656995715305],
    [6.769579347426502, 1.699889348342865e-7],
  ])('of −%f is that of Python', (x, expected) => {
    expect(powerOfTen(-x)).toBe(expected);
  });

  it('of whole numbers is the number that is written so', () => {
    for (let e = -300; e <= 300; e++) expect(powerOfTen(e)).toBe(Number(`1e${e}`));
  });
});
