import { describe, expect, it } from 'vitest';
import { formLine, formProblems, formValues } from './form-state';

const study = { data_tsv: 'labels.tsv' };

describe('a form', () => {
  it('shows what was typed before what was suggested, and the rest as by default', () => {
    const values = formValues('tsvtools split', { ...study, n_test: 10 }, { n_test: 6, subset_name: undefined });
    expect(values).toMatchObject({ data_tsv: 'labels.tsv', n_test: 6, subset_name: 'validation', p_age_threshold: 0.8 });
  });

  it('stands for the shortest line, with what is missing in capitals', () => {
    expect(formLine('tsvtools split', formValues('tsvtools split', {}, { n_test: 6 }))).toBe(
      'clinicadl tsvtools split DATA_TSV --n_test 6',
    );
    expect(formLine('predict', formValues('predict', { input_maps_directory: 'my maps' }, { data_group: 'test' }))).toBe(
      "clinicadl predict 'my maps' test",
    );
  });

  it('does not complain of an empty argument before the person has tried to run', () => {
    const values = formValues('tsvtools split', {}, {});
    expect([...formProblems('tsvtools split', values, false).keys()]).toEqual([]);
    expect([...formProblems('tsvtools split', values, true).keys()]).toEqual(['data_tsv']);
  });

  it('names the option whose value cannot be', () => {
    const values = formValues('tsvtools split', study, { p_sex_threshold: 2 });
    expect([...formProblems('tsvtools split', values, false)]).toEqual([
      ['Options.p_sex_threshold', 'Give a number from 0 to 1.'],
    ]);
    const words = formValues('tsvtools split', study, { n_test: 'ten' });
    expect([...formProblems('tsvtools split', words, false).keys()]).toEqual(['Options.n_test']);
  });

  it('tells a rule that joins two options at the option to change', () => {
    const values = formValues('predict', { input_maps_directory: 'maps' }, { data_group: 'test', participants_tsv: 'test.tsv' });
    expect(formProblems('predict', values, false).size).toBe(0);
    const problems = formProblems('predict', values, true);
    expect(problems.get('Options.caps_directory')).toContain('participants_tsv');
  });
});

it('a value of an option that is not shown with the others is not in the line, and comes back with them', () => {
  const edited = { architecture: 'resnet18', pretrained: 'weights.pth' };
  const lineOf = (architecture: string): string =>
    formLine('train classification', formValues('train classification', {}, { ...edited, architecture }));
  expect(lineOf('resnet18')).toContain('--pretrained weights.pth');
  expect(lineOf('Conv4_FC3')).not.toContain('pretrained');
});
