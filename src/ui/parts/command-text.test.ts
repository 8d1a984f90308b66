import { describe, expect, it } from 'vitest';
import { partsOf } from './command-text';

const words = (line: string): string[] => partsOf(line).filter((part) => /[^\s\\]/.test(part));

describe('a line in parts', () => {
  it('keeps an option and its value together', () => {
    expect(words("clinicadl train classification 'my caps' j t m --n_splits 4 --no-gpu -lr 1e-3 --split '' --seed -1")).toEqual([
      'clinicadl',
      'train',
      'classification',
      "'my caps'",
      'j',
      't',
      'm',
      '--n_splits 4',
      '--no-gpu',
      '-lr 1e-3',
      "--split ''",
      '--seed -1',
    ]);
  });

  it('leaves the end of a continued line between the parts', () => {
    expect(partsOf('a --b c \\\n  --d')).toEqual(['a', ' ', '--b c', ' \\\n  ', '--d']);
  });

  it.each(["a  --b 'c d'\\\n  --e f", '--a=b c', "open ' quote --x 1", '', '--a \\\n b'])(
    '%o is the line when joined',
    (line) => {
      expect(partsOf(line).join('')).toBe(line);
    },
  );
});
