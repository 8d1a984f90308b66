import { describe, expect, it } from 'vitest';
import { PythonRandom } from './python-random';

describe('PythonRandom', () => {
  it('seed 0 gives the numbers of Python', () => {
    const random = new PythonRandom(0);
    expect([random.random(), random.uniform(3, 7)]).toEqual([0.8444218515250481, 6.03181761176121]);
  });

  it('seeds above 32 bits and negative seeds are cut into words as Python does', () => {
    expect(new PythonRandom(12345678901234).random()).toBe(0.02504137575317178);
    expect(new PythonRandom(-5).random()).toBe(0.6229016948897019);
  });
});
