/** @file `tsvtools getlabels`: the labels of ClinicaDL up to 1.1.1, stable over time, with those of MCI that go on otherwise. */
import { choices, define, flag, int, path, text, texts } from './field';

export const olderLabels = ['AD', 'BV', 'CN', 'MCI', 'sMCI', 'pMCI'] as const;

export const tsvtoolsGetlabelsOlderSchema = define({
  positionals: {
    merged_tsv: { kind: 'path', help: "Table that Clinica's iotools merge-tsv wrote." },
    missing_mods: { kind: 'path', help: "Folder that Clinica's iotools check-missing-modalities wrote." },
    results_path: { kind: 'path', help: 'New folder for a table of each label, and labels.tsv with all of them.' },
  },
  sections: {
    Options: {
      modality: text({
        default: 't1w',
        help: 'Column of the tables of modalities: sessions without it are left out.',
        flags: ['-mod', '--modality'],
      }),
      diagnoses: choices(olderLabels, {
        default: ['AD', 'CN'],
        help: 'Label that a table is made of; once for each. AD, BV and CN never change; sMCI stays at the horizon, pMCI becomes AD.',
        flags: ['-d', '--diagnoses'],
      }),
      time_horizon: int({
        default: 36,
        min: 1,
        help: 'Months after a session at which MCI is stable or progressive.',
        flags: ['--time_horizon'],
        unit: 'months',
      }),
      restriction_path: path<string | null>({
        default: null,
        help: 'Table of the only sessions that may be kept, with participant_id and session_id.',
        flags: ['--restriction_path', '--restriction_tsv'],
      }),
      variables_of_interest: texts({
        default: [],
        help: 'Further column of the merged table that is kept, beside diagnosis, age and sex; once for each.',
        flags: ['-voi', '--variables_of_interest'],
      }),
      keep_smc: flag({
        default: false,
        help: 'Keep participants with subjective memory concerns (SMC as diagnosis_bl or diagnosis_sc).',
        flags: ['--keep_smc'],
      }),
    },
  },
});
