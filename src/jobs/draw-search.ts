/** @file One draw of a random search, in the order of ClinicaDL, from Python's generator. */
import { powerOfTen } from '../base/power-of-ten';
import type { PythonRandom } from '../base/python-random';
import { type DesignSpace, drawConvolutions } from '../networks/architectures/random-design';
import { ruleOf, type SearchSpace } from '../options/derive/search-space';
import { drawRules, type RandomDesign, type SearchRecord } from '../vocabulary/random-design';

export interface SearchDraw {
  /** Options of the training that the file gives, each a single value. */
  readonly training: Readonly<Record<string, unknown>>;
  readonly record: SearchRecord;
  /** What was drawn from lists, by key; of the convolutions what every block has in common. */
  readonly drawn: Readonly<Record<string, unknown>>;
}

function drawOne(key: string, value: unknown, random: PythonRandom): unknown {
  const rule = ruleOf(key);
  if (!Array.isArray(value)) return rule === 'exponent' ? powerOfTen(-Number(value)) : value;
  const [from, to] = value as number[];
  switch (rule) {
    case 'fixed':
      return value;
    case 'choice':
      return random.choice(value as unknown[]);
    case 'randint':
      return random.randint(from, to);
    case 'uniform':
      return random.uniform(from, to);
    case 'exponent':
      return powerOfTen(-random.uniform(from, to));
  }
}

/** TOML has no null. */
const noneOf = (value: unknown): unknown => (value === 'None' ? null : value);

export function drawSearch(space: SearchSpace, random: PythonRandom): SearchDraw {
  const given: Record<string, unknown> = { ...space.training, ...space.network };
  const drawn: Record<string, unknown> = {};
  for (const key of Object.keys(drawRules)) {
    if (given[key] === undefined) continue;
    const isDrawn = Array.isArray(given[key]) && ruleOf(key) !== 'fixed';
    given[key] = noneOf(drawOne(key, given[key], random));
    if (isDrawn) drawn[key] = given[key];
  }
  const convolutions_dict = drawConvolutions(space.network as unknown as DesignSpace & typeof given, random);
  for (const key of ['n_convblocks', 'first_conv_width', 'd_reduction', 'n_conv']) {
    if (!Array.isArray(space.network[key])) continue;
    const blocks = Object.values(convolutions_dict);
    if (key === 'n_convblocks') drawn[key] = blocks.length;
    else if (key === 'first_conv_width') drawn[key] = blocks[0].out_channels;
    else drawn[key] = key === 'd_reduction' ? blocks[0].d_reduction : blocks.map(({ n_conv }) => n_conv).join(' ');
  }
  const { n_fcblocks, network_normalization, channels_limit, wd_bool } = given as unknown as SearchRecord;
  const training = Object.fromEntries(Object.keys(space.training).map((key) => [key, given[key]]));
  return {
    training: wd_bool ? training : { ...training, weight_decay: 0 },
    record: {
      convolutions_dict: convolutions_dict satisfies RandomDesign['convolutions_dict'],
      n_fcblocks,
      network_normalization,
      channels_limit,
      wd_bool,
    },
    drawn: wd_bool ? drawn : Object.fromEntries(Object.entries(drawn).filter(([key]) => key !== 'weight_decay')),
  };
}
