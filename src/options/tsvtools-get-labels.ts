/** @file `tsvtools get-labels`: the sessions of a study with their labels, from the merged table of its BIDS folder. */
import { define, flag, path, text, texts } from './field';

export const tsvtoolsGetLabelsSchema = define({
  positionals: {
    bids_directory: { kind: 'path', help: 'BIDS folder that the tables were made of; it is recorded, and not read.' },
    output_directory: {
      kind: 'path',
      help: 'Folder for labels.tsv and labels.json; merged.tsv and missing_mods are looked for in it.',
    },
  },
  sections: {
    Options: {
      diagnoses: texts({
        default: ['AD', 'CN'],
        help: 'Diagnosis of the sessions that are kept; once for each.',
        flags: ['-d', '--diagnoses'],
      }),
      modality: text({
        default: 't1w',
        help: 'Column of the tables of modalities: sessions without it are left out.',
        flags: ['-mod', '--modality'],
      }),
      variables_of_interest: texts({
        default: [],
        help: 'Further column of the merged table that is kept, beside age, sex and diagnosis; once for each.',
        flags: ['-voi', '--variables_of_interest'],
      }),
      caps_directory: path<string | null>({
        default: null,
        help: 'CAPS of the study; it is recorded in labels.json, and has no other effect.',
        flags: ['-c', '--caps_directory'],
        advanced: true,
      }),
      restriction_tsv: path<string | null>({
        default: null,
        help: 'Table of the only sessions that may be kept, with participant_id and session_id.',
        flags: ['--restriction_tsv'],
      }),
      keep_smc: flag({
        default: false,
        help: 'Keep participants with subjective memory concerns (SMC as diagnosis_bl or diagnosis_sc).',
        flags: ['--keep_smc'],
      }),
      merged_tsv: path<string | null>({
        default: null,
        help: "Table that Clinica's iotools merge-tsv wrote; merged.tsv of the output folder if not given.",
        flags: ['--merged_tsv'],
        ending: '.tsv',
      }),
      missing_mods: path<string | null>({
        default: null,
        help: "Folder that Clinica's iotools check-missing-modalities wrote; missing_mods of the output folder if not given.",
        flags: ['--missing_mods'],
      }),
      remove_unique_session: flag({
        default: false,
        help: 'Leave out participants with a single session.',
        flags: ['--remove_unique_session'],
      }),
    },
  },
});
