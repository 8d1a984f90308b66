import { describe, expect, it } from 'vitest';
import { networkNames } from '../vocabulary/networks';
import type { JobContext } from './job-context';
import { listModelsJob } from './list-models';

async function lines(options: Partial<Parameters<typeof listModelsJob>[0]>): Promise<string[]> {
  const said: string[] = [];
  const context = { log: (line: string) => said.push(line) } as unknown as JobContext;
  await listModelsJob({ architecture: null, input_size: null, model_layers: false, ...options }, context);
  return said;
}

describe('train list_models', () => {
  it('lists what ClinicaDL 1.6.1 lists, in its order', async () => {
    const names =
      'AE_Conv4_FC3 AE_Conv5_FC3 CAE_half CVAE_3D CVAE_3D_final_conv CVAE_3D_half Conv4_FC3 Conv5_FC3 Conv5_FC3_SSDA GeneratorUNet ' +
      'ResNet3D SqueezeExcitationCNN Stride_Conv5_FC3 Vanilla3DdenseVAE Vanilla3DspacialVAE VanillaDenseVAE VanillaSpatialVAE resnet18';
    expect(await lines({})).toEqual([
      'The list of currently available models is:',
      ...names.split(' ').map((name) => ` - ${name}`),
      'To show details of a specific model architecture please use the `--architecture` option',
    ]);
  });

  it.each([{ input_size: '1@128x128' }, { model_layers: true }])(
    'says that %o does nothing without a network',
    async (options) => {
      expect((await lines(options)).filter((line) => line.includes('no effect'))).toHaveLength(1);
    },
  );

  it.each(networkNames.filter((name) => name !== 'RandomArchitecture'))(
    'describes %s with an input that it can take',
    async (architecture) => {
      const text = (await lines({ architecture, model_layers: true })).join('\n');
      expect(text).toContain(`Information about '${architecture}' network:`);
      expect(text).toMatch(/Parameters: [\d,]{5,}/);
      expect(text).toMatch(/Model layers:\nSequential\(\n/);
    },
  );

  it('prints the layers for the size that is asked for, and counts what they learn', async () => {
    const said = await lines({ architecture: 'Conv5_FC3', input_size: '1@128x128', model_layers: true });
    expect(said.at(-1)).toContain('    (2): Linear(in_features=2048, out_features=1300, bias=True)');
    // Of `sum(p.numel() for p in Conv5_FC3(…).parameters())`.
    expect(said).toContain('Parameters: 2,827,588');
  });

  it.each(['128x128', '1@128', '1@128x128x128x128', '0@128x128', '1@axb', ''])('refuses "%s" as a size', async (input_size) => {
    await expect(lines({ architecture: 'Conv5_FC3', input_size })).rejects.toMatchObject({ code: 'input-size-text' });
    await lines({ architecture: 'Conv5_FC3', input_size: '1@128x128' });
  });

  it('refuses a network that does not exist, and an input that is too small', async () => {
    await expect(lines({ architecture: 'nothing' })).rejects.toMatchObject({ code: 'network-unknown' });
    await expect(lines({ architecture: 'Conv5_FC3', input_size: '1@16x16' })).rejects.toMatchObject({
      code: 'network-input-small',
    });
  });
});
