/** @file What `npm run bench` may be told. */
import { parseArgs } from 'node:util';
import type { BenchOptions } from './main';

export const help = `npm run bench -- [options]

Times our engines in turns with stock TensorFlow.js and with PyTorch, after checking that all give the same numbers.

  --browser       in headless Chromium instead of Node (a graphics adapter if it finds one, else SwiftShader)
  --rounds N      rounds of each comparison, 5 if absent
  --only PATTERN  rows whose name matches this regular expression, capitals or not: "Conv4", "^conv L1", "PyTorch"
  --full          on a software adapter too: one step of Conv5_FC3 on 169×208×179 voxels (minutes; shows the memory)
  --list          print the names of the rows and stop
  --json FILE     also write everything that was measured into a file
  --markdown      print the tables of RESULTS.md; the lines of the run go to standard error
  --check         half of each speed goal, on problems for a software adapter; ends with 1 if one is missed
  --cost          how time and memory of the processor's work grow, and the model that estimates are made with
  --pack FILE     write an archive (.tar.gz) that runs this on a bare Linux machine: unpack it, call clinicadl-bench/start
  --help          print this

VK_ICD_FILENAMES=/path/to/driver.json chooses the Vulkan driver in Node, CHROMIUM the browser, PYTHON a Python with PyTorch.
Ends with 1 if a number was wrong or a row failed, with 2 if an option was.
`;

/** What `bench` is told, and what the program does with its report. */
export interface ProgramOptions extends BenchOptions {
  readonly browser: boolean;
  /** File to write. */
  readonly json?: string;
  readonly markdown: boolean;
  /** Half of each speed goal instead of the tables. */
  readonly check: boolean;
  /** Curves of cost and their model instead. */
  readonly cost: boolean;
  /** Archive to write instead. */
  readonly pack?: string;
  readonly help: boolean;
}

/** Throws an Error with one line for the person. */
export function parseOptions(args: readonly string[]): ProgramOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      browser: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      full: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      cost: { type: 'boolean', default: false },
      pack: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is "${values.rounds}": give a whole number from 1.`);
  try {
    new RegExp(values.only);
  } catch (error) {
    throw new Error(`--only is "${values.only}", which is no regular expression: ${(error as SyntaxError).message}`);
  }
  return { ...values, rounds };
}
