/** @file Rows of the catalogue: files in place of which something else lies. */
import type { CatalogueRow } from './catalogue';

export const foreignRows = {
  'file-is-pointer': {
    kind: 'data',
    sentence: '"{file}" is not {expected} but a pointer of {kind}: the file itself was never fetched.',
    hint: 'Run "{command}" in the data set that it came from, then copy the file again.',
  },
  'file-is-other': {
    kind: 'data',
    sentence: '"{file}" is not {expected} but {found}.',
    hint: 'Replace it by {expected}: {way}.',
  },
  'file-empty': {
    kind: 'data',
    sentence: '"{file}" is empty (0 bytes); {expected} was expected.',
    hint: 'Copy the file again from where it came, or make it again.',
  },
} as const satisfies Record<string, CatalogueRow>;
