/** @file What a random search writes into `maps.json`: the network it drew, read and checked, and the order of the keys. */
import type { PythonObject } from '../../formats/json';
import { drawRules, type SearchRecord } from '../../vocabulary/random-design';
import { type AnyField, choice, flag, int } from '../field';
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

/** Recorded only; files from elsewhere may lack them. */
const recordFields: Readonly<Record<string, AnyField>> = {
  channels_limit: int({ default: 512, min: 1, max: mostChannels, help: '' }),
  wd_bool: flag({ default: true, help: '' }),
};

const isObject = (value: unknown): value is Parameters => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a value may be; null is one more. */
const expected = (field: AnyField): string => `${expectedOf(field)}${field.nullable ? ', or null' : ''}`;

/** `damaged` makes the error of a key with this value that should have been what is expected. */
export function randomDesignOf(
  json: Parameters,
  damaged: (key: string, value: unknown, expected: string) => Error,
): SearchRecord {
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
  for (const [key, field] of Object.entries(recordFields))
    if (json[key] !== undefined && !accepts(field, json[key])) throw damaged(key, json[key], expected(field));
  const { n_fcblocks, network_normalization } = json;
  const { channels_limit = recordFields.channels_limit.default, wd_bool = recordFields.wd_bool.default } = json;
  return { convolutions_dict: blocks, n_fcblocks, network_normalization, channels_limit, wd_bool } as SearchRecord;
}

/**
 * The parameters of a training as a random search writes them: what it may draw goes first, then the network, then the other options in
 * their order, `fields`, and what follows them.
 */
export function withSearch(parameters: PythonObject, record: SearchRecord, fields: readonly string[]): PythonObject {
  const { convolutions_dict, n_fcblocks, network_normalization, channels_limit, wd_bool } = record;
  const drawn: PythonObject = { ...parameters, n_fcblocks, network_normalization, channels_limit, wd_bool };
  const first = Object.keys(drawRules).filter((key) => drawn[key] !== undefined);
  const rest = [...fields, ...Object.keys(parameters)].filter((key) => !first.includes(key));
  return {
    ...Object.fromEntries(first.map((key) => [key, drawn[key]])),
    convolutions_dict: convolutions_dict as unknown as PythonObject,
    ...Object.fromEntries(rest.map((key) => [key, parameters[key]])),
  };
}
