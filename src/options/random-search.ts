/** @file Options of `random-search`, which trains one random network. */
import { define, int, type Values } from './field';

/** In the launch directory. */
export const searchFile = 'random_search.toml';

export const randomSearch = define({
  positionals: {
    launch_directory: { kind: 'path', help: `Folder that holds ${searchFile}: what is drawn, and from what.` },
    name: { kind: 'text', help: 'Name of the new MAPS in that folder.' },
  },
  sections: {
    Options: {
      seed: int<number | null>({
        default: null,
        min: 0,
        max: 4294967295,
        flags: ['--seed'],
        help: 'The same seed draws the same network; none given: it is drawn, too, and told. Not in ClinicaDL, which draws anew each time.',
      }),
    },
  },
});

export type RandomSearchOptions = Values<typeof randomSearch>;
