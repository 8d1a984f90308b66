/** @file `export-job`: a training as a folder for a cluster that has ClinicaDL in Python. Not a command of ClinicaDL. */
import { appError } from '../base/errors';
import { choice, define, path, text, type Values } from './field';

export const exportJob = define({
  positionals: { output_directory: { kind: 'path', help: 'New folder, which is copied to the cluster as a whole.' } },
  sections: {
    Options: {
      line: text<string | null>({
        default: null,
        flags: ['--line'],
        help: 'The training, as it is typed here: a line that begins with train classification, regression or reconstruction, in quotes.',
      }),
      maps: path<string | null>({
        default: null,
        flags: ['--maps'],
        help: 'MAPS of an interrupted training, which goes on there; in place of a line.',
      }),
      images: choice(['copy', 'paths'], {
        default: 'copy',
        flags: ['--images'],
        help: 'copy: the tensors that the training reads; paths: none, but a place to say where the CAPS lies on the cluster.',
      }),
    },
  },
});

export type ExportJobOptions = Values<typeof exportJob>;

/** Throws `option-needed` without a training, `job-twice` with two. */
export function checkExportJob({ line, maps }: Pick<ExportJobOptions, 'line' | 'maps'>): void {
  if (line === null && maps === null)
    throw appError(
      'option-needed',
      { option: '--line or --maps', reason: 'one of them says which training the folder is for' },
      { where: 'Options.line' },
    );
  if (line !== null && maps !== null) throw appError('job-twice', { maps }, { where: 'Options.maps' });
}
