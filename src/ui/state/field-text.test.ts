import { describe, expect, it } from 'vitest';
import { formModel } from '../../options/derive/form-model';
import { textOfValue, valueOfText } from './field-text';

const rowOf = (command: Parameters<typeof formModel>[0], key: string) => {
  const row = formModel(command)
    .flatMap(({ rows }) => rows)
    .find((candidate) => candidate.key === key);
  if (row === undefined) throw new Error(`no option ${key}`);
  return row;
};

describe('the text of an option', () => {
  it.each([
    ['train classification', 'learning_rate', '1e-4', 0.0001],
    ['train classification', 'batch_size', '16', 16],
    ['train classification', 'split', '0, 2 3', [0, 2, 3]],
    ['train classification', 'diagnoses', 'AD CN', ['AD', 'CN']],
    ['train classification', 'label_code', 'AD=0, CN=1', { AD: 0, CN: 1 }],
    ['tsvtools split', 'seed', '', null],
    ['predict', 'caps_directory', '', null],
    ['prepare-data roi', 'roi_list', 'left right', ['left', 'right']],
  ] as const)('of %s %s: "%s"', (command, key, text, value) => {
    const row = rowOf(command, key);
    expect(valueOfText(row, text)).toEqual(value);
    expect(valueOfText(row, textOfValue(row, value))).toEqual(value);
  });

  it('stays as it was typed when it is no number, so that the check can tell', () => {
    expect(valueOfText(rowOf('train classification', 'epochs'), '1e')).toBe('1e');
    expect(valueOfText(rowOf('train classification', 'label_code'), 'AD')).toBe('AD');
  });
});
