/** @file The network of a random search in `maps.json`: read and checked. */
import type { RandomDesign } from '../../vocabulary/random-design';
import { type AnyField, choice, int } from '../field';
import { accepts, expectedOf } from './check';

type Parameters = Readonly<Record<string, unknown>>;

/** More than any search draws; a damaged file is not to build more. */
const mostLayers = 1000;
const mostChannels = 1_000_000;

// Without use: `default` and `help` of fields that are in no command.
const count = (most: number): AnyField => int({ default: 1, min: 1, max: most, help: '' });

const blockFields: Readonly<Record<string, AnyField>> = {
  in_channels: int<number | null>({ default: null, min: 1, max: mostChannels, help: '' }),
  out_channels: count(mostChannels),
  n_conv: count(mostLayers),
  d_reduction: choice(['MaxPooling', 'stride'], { default: 'MaxPooling', help: '' }),
};

const otherFields: Readonly<Record<string, AnyField>> = {
  n_fcblocks: count(mostLayers),
  network_normalization: choice<'BatchNorm' | 'InstanceNorm', 'BatchNorm' | 'InstanceNorm' | null>(
    ['BatchNorm', 'InstanceNorm'],
    {
      default: null,
      help: '',
    },
  ),
};

const isObject = (value: unknown): value is Parameters => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a value may be; null is one more. */
const expected = (field: AnyField): string => `${expectedOf(field)}${field.nullable ? ', or null' : ''}`;

/** `damaged` makes the error of a key with this value that should have been what is expected. */
export function randomDesignOf(
  json: Parameters,
  damaged: (key: string, value: unknown, expected: string) => Error,
): RandomDesign {
  const { convolutions_dict: blocks } = json;
  if (!isObject(blocks) || Object.keys(blocks).length === 0 || Object.keys(blocks).length > mostLayers)
    throw damaged('convolutions_dict', blocks, 'an object of blocks');
  for (const [name, block] of Object.entries(blocks)) {
    const key = `convolutions_dict.${name}`;
    // Others would stand in another order than in the file.
    if (!/^conv\d+$/.test(name)) throw damaged(key, block, 'no such name, but conv0, conv1 and so on,');
    if (!isObject(block)) throw damaged(key, block, 'an object');
    for (const [part, field] of Object.entries(blockFields))
      if (!accepts(field, block[part])) throw damaged(`${key}.${part}`, block[part], expected(field));
  }
  for (const [key, field] of Object.entries(otherFields))
    if (!accepts(field, json[key])) throw damaged(key, json[key], expected(field));
  const { n_fcblocks, network_normalization } = json;
  return { convolutions_dict: blocks, n_fcblocks, network_normalization } as RandomDesign;
}
