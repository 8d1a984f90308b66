import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type GoldenArguments, networkOfArguments } from '../../test/golden-network';
import { moduleVersions, printLayers } from './print';

interface Described {
  readonly network: string;
  readonly args: GoldenArguments & { readonly size_reduction_factor?: number };
  readonly layers: string;
  readonly versions: readonly (readonly [string, number])[];
}

const { cases } = JSON.parse(readFileSync('test/golden/networks/modules.json', 'utf8')) as { cases: readonly Described[] };

/** Classes that read no size from the data. */
function inputSizeOf({ network, args }: Described): readonly number[] {
  if (args.input_size !== undefined) return args.input_size;
  if (args.size_reduction_factor === 5) return [1, 32, 40, 32];
  if (args.size_reduction_factor === 3) return [1, 56, 64, 56];
  return network === 'GeneratorUNet' ? [1, 64, 64, 64] : [1, 169, 208, 179];
}

describe.each(cases.map((one, i) => [`${one.network} (${i})`, one] as const))('%s', (_, described) => {
  const network = networkOfArguments(described.network, described.args, inputSizeOf(described));

  it('is printed as PyTorch prints it', () => {
    // CAE_half of ClinicaDL would give fewer voxels than it gets.
    const printed = printLayers(network);
    const text = described.network === 'CAE_half' ? printed.replaceAll(' output_padding=(1, 1, 1),', '') : printed;
    expect(text).toBe(described.layers);
  });

  it('has the modules and versions of the weight files, in their order', () => {
    expect([...moduleVersions(network)]).toEqual(described.versions);
  });
});
