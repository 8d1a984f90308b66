/** @file Names in the folder of an exported job. */

export const capsFolder = 'caps';
/** Its parent holds the table that was split, as ClinicaDL looks for it there. */
export const splitsFolder = 'tsv/splits';
export const tableAbove = 'tsv/train.tsv';
export const mapsFolder = 'maps';
/** The JSON of the extraction, where the CAPS itself does not come along. */
export const extractionFolder = 'extraction';

export const configFile = 'config.toml';
// Not .sh and .py: browsers do not put such files into a folder.
export const prepareScript = 'prepare.txt';
export const goOnProgram = 'go-on.txt';
export const jobScript = 'job.sbatch';
export const severalScript = 'job-several-gpus.sbatch';
export const requirementsFile = 'requirements.txt';
export const readmeFile = 'README.txt';

/** Everything that stands in the folder itself. */
export const jobNames: readonly string[] = [
  ...[capsFolder, 'tsv', mapsFolder, extractionFolder],
  ...[configFile, prepareScript, goOnProgram, jobScript, severalScript, requirementsFile, readmeFile],
];
