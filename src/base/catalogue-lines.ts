/** @file Errors about lines that were pasted from tutorials and notebooks. Same shape as `catalogue.ts`. */
import type { CatalogueRow } from './catalogue';

export const lineRows = {
  'command-elsewhere': {
    kind: 'options',
    sentence: '{told}',
    hint: 'Leave the line out; {instead}.',
  },
  'command-older-gone': {
    kind: 'options',
    sentence: '"{command}" is of {version}, and nothing takes its place today. {lost}',
    hint: 'Leave the line out.',
  },
  'command-older-lost': {
    kind: 'options',
    sentence: '"{command}" is of {version}. Not all of the line has a meaning today: {lost}',
    hint: 'Write what is left of it: {lines}.',
  },
  'command-older-manual': {
    kind: 'options',
    sentence: '"{command}" is of {version}; today it is {lines}. {name} stands for a value of your own.',
    hint: 'Write your own value in place of {name}.',
  },
  'command-older-short': {
    kind: 'options',
    sentence: '"{command}" is of {version}; today it is {lines}. The argument {name} is missing.',
    hint: 'Write your own value in place of {name}.',
  },
  'command-older-long': {
    kind: 'options',
    sentence: '"{command}" is of {version}, and "{word}" is one argument too many for it. Without it, it is {lines} today.',
    hint: 'Leave "{word}" out.',
  },
  'command-older-wrong': {
    kind: 'options',
    sentence: '"{command}" is of {version}; today it is {lines}. {reason}',
    hint: 'Write the line of today with what it lacks: {remedy} Then it runs.',
  },
  'command-older-missing': {
    kind: 'options',
    sentence: '"{command}" is of {version}. In ClinicaDL 1.6.1 it is {lines}, which is not available here: {reason}',
    hint: 'Run that with ClinicaDL in Python, or choose what is available: "{help}" tells.',
  },
  'line-variable': {
    kind: 'options',
    sentence: '{name} stands for a value that only a shell or Python knows.',
    hint: 'Write the value itself in place of {name}.',
  },
  'line-assignment': {
    kind: 'options',
    sentence: 'The line gives a value to the variable {name}, and lines have no variables here.',
    hint: 'Leave the line out, and write the value itself where {name} is used.',
  },
  'line-placeholder': {
    kind: 'options',
    sentence: '{name} stands for a value of your own.',
    hint: 'Write your own value in place of {name}.',
  },
  'line-operator': {
    kind: 'options',
    sentence: '{operator} joins programs and files, which only a shell does.',
    hint: 'Leave out {operator} and what belongs to it; the console keeps the output.',
  },
  'line-loop': {
    kind: 'options',
    sentence: '"{word}" begins a loop or a condition, and lines run here once, in order.',
    hint: 'Write one line for each turn of it.',
  },
  'line-option-alone': {
    kind: 'options',
    sentence: 'Line {line} begins with the option {option} and belongs to no command.',
    hint: 'Write \\ at the end of the line before, or put both on one line.',
  },
  'python-call': {
    kind: 'options',
    sentence: 'Calls of MapsManager run here when their values are written out, and here is {found}.',
    hint: 'Write the call alone on a line, with the values themselves, such as {example}.',
  },
  'cell-language': {
    kind: 'options',
    sentence: 'The cell begins with {magic}, so it is a file or a program in another language.',
    hint: 'Leave {magic} out and keep only the lines that begin with clinicadl.',
  },
  'folder-change': {
    kind: 'options',
    sentence: '"cd {path}" leads to {found}; a folder inside of the open folder "{folder}" was expected.',
    hint: 'Open the folder above it on Home, or write paths as they are below "{folder}".',
  },
} as const satisfies Record<string, CatalogueRow>;
