import { describe, expect, it } from 'vitest';
import { decimal, duration, fileSize, pValue, sampleSize, timeLeft, titleOfLine } from './words';

describe('how the page says things', () => {
  it('times are rounded the more, the longer they are', () => {
    expect([0, 0.04, 0.44, 59.4, 60, 200, 725, 7500].map(duration)).toEqual([
      '0 s',
      '0.1 s',
      '0.4 s',
      '59 s',
      '1 min',
      '3 min 20 s',
      '12 min',
      '2 h 5 min',
    ]);
  });

  it('the time left is never promised to the second', () => {
    expect([1, 12, 61, 4000].map(timeLeft)).toEqual([
      'a few seconds left',
      'about 15 s left',
      'about 2 min left',
      'about 1 h 10 min left',
    ]);
  });

  it('sizes are in powers of 1000', () => {
    expect([0, 999, 1000, 1_430_000_000].map(fileSize)).toEqual(['0 bytes', '999 bytes', '1.0 kB', '1.4 GB']);
  });

  it('an infinite number is not a missing one', () => {
    expect([0.12345, Infinity, -Infinity, Number.NaN, null].map((value) => decimal(value))).toEqual([
      '0.123',
      '∞',
      '−∞',
      '–',
      '–',
    ]);
  });

  it('how many are behind a number', () => {
    expect(sampleSize('image', 1, 1)).toBe('n = 1 image');
    expect(sampleSize('patch', 80, 10)).toBe('n = 80 patches of 10 images');
    expect(sampleSize('roi', 2, null)).toBe('n = 2 regions');
  });

  it('a small p-value is not printed as zero', () => {
    expect([0.00004, 0.0404, null].map(pValue)).toEqual(['p < 0.001', 'p = 0.040', 'cannot be computed']);
  });

  it('a command is told by its words, not by its options', () => {
    expect(titleOfLine('!clinicadl tsvtools split train.tsv')).toBe('Split the cohort');
    expect(titleOfLine('clinicadl train resume maps')).toBe('Resume training');
    expect(titleOfLine('clinicadl predict maps train')).toBe('Predict');
  });
});
