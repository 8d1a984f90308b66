/** @file Commands of older versions by name. */

/** First words of lines that are read here and are no commands of today. */
export const olderFirstWords: readonly string[] = ['extract', 'preprocessing', 'classify', 'tsvtool', 'resume', 'save-tensor'];

/** Old names of commands and today's, for help and guide. */
export const olderNames: Readonly<Record<string, string>> = {
  'train image|patch|roi|slice cnn|multicnn|autoencoder': 'prepare-data, then train classification or train reconstruction',
  'preprocessing extract-tensor': 'prepare-data',
  extract: 'prepare-data',
  classify: 'predict',
  'interpret group|individual': 'interpret',
  tsvtool: 'tsvtools',
  resume: 'train resume',
  'save-tensor': 'predict --save_tensor',
  'clinica run deeplearning-prepare-data': 'prepare-data',
};
