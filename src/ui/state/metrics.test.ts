import { describe, expect, it } from 'vitest';
import { baselinesOf } from './metrics';

describe('what results are compared with', () => {
  it('the larger class, by its truth and not by its predictions', () => {
    expect(
      baselinesOf(
        [
          [2, 4],
          [1, 1],
        ],
        ['AD', 'CN'],
      ),
    ).toEqual({ chance: 0.5, majority: 0.75, majorityClass: 'AD' });
  });

  it('nothing without rows', () => {
    expect(
      baselinesOf(
        [
          [0, 0],
          [0, 0],
        ],
        ['AD', 'CN'],
      ),
    ).toBeUndefined();
  });
});
