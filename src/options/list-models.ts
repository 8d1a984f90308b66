/** @file `train list_models`: the networks, and what each is made of. */
import { define, flag, text, type Values } from './field';

export const listModels = define({
  positionals: {},
  sections: {
    Options: {
      architecture: text<string | null>({
        default: null,
        flags: ['-a', '--architecture'],
        help: 'Network to describe; none given: all are listed.',
      }),
      input_size: text<string | null>({
        default: null,
        flags: ['-i', '--input_size'],
        help: 'Size of its input, C@HxW or C@DxHxW, e.g. 1@128x128; none given: an input that it can take.',
      }),
      model_layers: flag({
        default: false,
        flags: ['-m', '--model_layers'],
        help: 'Print the layers as PyTorch does.',
      }),
    },
  },
});

export type ListModelsOptions = Values<typeof listModels>;
