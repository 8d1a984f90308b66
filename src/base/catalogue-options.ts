/** @file Errors about options, command lines and configuration files. Same shape as `catalogue.ts`. */
import type { CatalogueRow } from './catalogue';
import { generateRows } from './catalogue-generate';
import { qualityRows } from './catalogue-quality';

export const optionRows = {
  ...generateRows,
  ...qualityRows,
  'option-not-available': {
    kind: 'options',
    sentence: '{option} = {value} is not available yet.',
    hint: 'Choose {available}, or run this command with ClinicaDL in Python.',
  },
  'option-needed': {
    kind: 'options',
    sentence: '{option} is missing, but {reason}.',
    hint: 'Give a value for {option}.',
  },
  'option-value': {
    kind: 'options',
    sentence: '{option} is {found}; {expected} was expected.',
    hint: 'Change the value of {option}.',
  },
  'option-commas': {
    kind: 'options',
    sentence: '{option} is {found}: several values joined by commas.',
    hint: 'Write the option once for each value: {written}.',
  },
  'option-unused': {
    kind: 'options',
    sentence: '{option} belongs to {of}, and the method is {method}.',
    hint: 'Leave out --{option}, or choose another method.',
  },
  'option-of-modality': {
    kind: 'options',
    sentence: '{option} says something of {of} only, and the modality is {modality}.',
    hint: 'Leave out {option}, or choose another modality.',
  },
  'dti-native-regions': {
    kind: 'options',
    sentence: 'Regions cannot be cut from dwi-dti images in native space: each participant has a grid of their own.',
    hint: 'Add --dti_space normalized.',
  },
  'option-unknown': {
    kind: 'options',
    sentence: 'There is no option "{option}" for "{command}".',
    hint: 'Check the spelling: {near}.',
  },
  'option-value-missing': {
    kind: 'options',
    sentence: 'A value was expected after "{option}", but {found} was found.',
    hint: 'Write the value after {option}, with a blank or = between them.',
  },
  'method-argument': {
    kind: 'options',
    sentence: 'The method {method} {problem}.',
    hint: 'Write the call as {usage}.',
  },
  'argument-missing': {
    kind: 'options',
    sentence: '{argument} is missing: {found} argument(s) were found, {expected} were expected.',
    hint: 'Write the command as: {usage}.',
  },
  'argument-unexpected': {
    kind: 'options',
    sentence: '"{argument}" is one argument too many; {expected} were expected.',
    hint: 'Put values with blanks in quotes, or write the command as: {usage}.',
  },
  'command-unknown': {
    kind: 'options',
    sentence: 'There is no command "{command}".',
    hint: 'Check the spelling: {near}.',
  },
  'command-not-available': {
    kind: 'options',
    sentence: 'The command "{command}" is not available here.',
    hint: 'Use {instead}.',
  },
  'quote-open': {
    kind: 'options',
    sentence: 'A quotation mark {quote} is opened in the command and never closed.',
    hint: 'Close the quotation mark, or remove it.',
  },
  'config-file-kind': {
    kind: 'options',
    sentence: 'The configuration file "{path}" is {found}; a .toml file or the .json file of a MAPS was expected.',
    hint: 'Choose a TOML file, or the maps.json of a MAPS.',
  },
  'config-json-key': {
    kind: 'options',
    sentence: 'The configuration file "{path}" has a key "{key}", which the maps.json of a training does not have.',
    hint: 'Take "{key}" out, or write the key that was meant: {near}.',
  },
  'config-json-section': {
    kind: 'options',
    sentence:
      'The configuration file "{path}" has a section "{section}"; JSON with the keys of maps.json, not in sections, was expected.',
    hint: 'Write the keys of "{section}" outside of it, or write the sections into a TOML file.',
  },
  'config-json-twice': {
    kind: 'options',
    sentence: 'The configuration file "{path}" has "{twin}" and "{key}", two names of one option.',
    hint: 'Take one of them out.',
  },
  'search-file-missing': {
    kind: 'data',
    sentence: 'There is no "{path}", the file that says what a random search draws.',
    hint: 'Write it with a section [Random_Search], as the guide shows, or choose the folder that holds it.',
  },
  'config-section-unknown': {
    kind: 'options',
    sentence: 'The configuration file has a section "{section}", which no training knows.',
    hint: 'Check the spelling: {near}.',
  },
  'config-key-outside': {
    kind: 'options',
    sentence: 'The configuration file sets "{key}" outside any section.',
    hint: 'Write {nearest} below the line [{section}].',
  },
  'config-key-unknown': {
    kind: 'options',
    sentence: 'The section "{section}" of the configuration file has a key "{key}", which no training knows.',
    hint: 'Check the spelling: {near}.',
  },
  'discarded-slices-count': {
    kind: 'options',
    sentence: '{count} numbers of discarded slices were given; one (both ends) or two (beginning, end) were expected.',
    hint: 'Give --discarded_slices once or twice.',
  },
} as const satisfies Record<string, CatalogueRow>;
