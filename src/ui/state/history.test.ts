import { describe, expect, it } from 'vitest';
import { History } from './history';

describe('the history of the console', () => {
  it('gives back what was being typed after a walk up and down', () => {
    const history = new History(['one', 'two']);
    expect(history.step(-1, 'draft')).toBe('two');
    expect(history.step(-1, 'two')).toBe('one');
    expect(history.step(-1, 'one')).toBeUndefined();
    expect(history.step(1, 'one')).toBe('two');
    expect(history.step(1, 'two')).toBe('draft');
    expect(history.step(1, 'draft')).toBeUndefined();
  });

  it('keeps a line that is run twice in a row once, and the newest hundred', () => {
    const history = new History();
    for (let i = 0; i < 150; i++) {
      history.add(`line ${i}`);
      history.add(`line ${i}`);
    }
    expect(history.lines).toHaveLength(100);
    expect(history.step(-1, '')).toBe('line 149');
    expect(history.step(-1, '')).toBe('line 148');
  });
});
