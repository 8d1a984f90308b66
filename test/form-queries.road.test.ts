/** @file What a form says before anything runs: the network that a line would build, and the file that an option names. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { inlineReaders } from '../src/batches/inline-readers';
import { chooseBackend } from '../src/engine/choose-backend';
import { memoryFolder } from '../src/folders/memory-folder';
import { describeNetwork, type NetworkDescription } from '../src/jobs/describe-network';
import type { JobContext } from '../src/jobs/job-context';
import { lookAtFile } from '../src/jobs/look-at-file';
import { testContext } from './job-context';
import { formulaFile } from './resnet18-weights';
import { tinyRoad, tinyTraining, writeText } from './road-study';

const workspace = memoryFolder('tiny');
let context: JobContext;
beforeAll(async () => {
  await tinyRoad(workspace);
  const { memoryOf } = await chooseBackend('wasm');
  context = { ...testContext(workspace).context, readers: inlineReaders(), memoryOf: async (request) => memoryOf!(request) };
});

const described = async (line: string): Promise<NetworkDescription> => (await describeNetwork({ line }, context))!;
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { readonly code: string }) => error.code,
  );

describe('the network of a line', () => {
  it('has the input of the study, its parameters counted by hand, and memory that grows with the batch', async () => {
    const { network, ofStudy, memoryBytes, batchSize } = await described(tinyTraining('maps', '--batch_size 6'));
    // Five convolutions of 27 weights and a bias per channel, with a norm; 17 × 4 × 3 voxels are pooled to one.
    const channels = [1, 8, 16, 32, 64, 128];
    const convolutions = channels.slice(1).reduce((sum, out, i) => sum + 27 * channels[i]! * out + 3 * out, 0);
    const parameters = convolutions + 128 * 50 + 50 + 50 * 40 + 40 + 40 * 2 + 2;
    expect({ ofStudy, batchSize, input: network.inputSize, parameters: network.parameters }).toEqual({
      ofStudy: true,
      batchSize: 6,
      input: [1, 17, 4, 3],
      parameters,
    });
    // Weights, gradients and two tensors of Adam.
    expect(memoryBytes).toBeGreaterThan(16 * parameters);
    const larger = await described(tinyTraining('maps', '--batch_size 60'));
    expect(larger.memoryBytes!).toBeGreaterThan(memoryBytes!);
  });

  it('is shown with an example while the study is not there, and refused where it cannot take the study', async () => {
    const { network, ofStudy } = await described(tinyTraining().replace(' caps ', ' nowhere '));
    expect({ ofStudy, input: network.inputSize }).toEqual({ ofStudy: false, input: [1, 128, 128] });
    expect(await code(described(tinyTraining().replace('Conv4_FC3', 'ResNet3D')))).toBe('network-input-axis');
  });

  it('of one’s own is what its file says, and unknown without the study', async () => {
    const layers = [{ op: 'mean' }, { op: 'linear', outFeatures: 'outputs' }];
    await writeText(workspace, 'networks/mine.json', JSON.stringify({ layers }));
    const line = tinyTraining().replace('Conv4_FC3', 'networks/mine.json');
    expect((await described(line)).network.parameters).toBe(4);
    expect(await describeNetwork({ line: line.replace(' caps ', ' nowhere ') }, context)).toBeNull();
    await writeText(workspace, 'networks/mine.json', JSON.stringify({ layers: layers.slice(1) }));
    expect(await code(described(line))).toBe('network-layer');
  });
});

describe('the file of an option', () => {
  it('of weights has its hash; one of another network, and one that is none, are refused before they are written', async () => {
    const bytes = formulaFile();
    const note = await lookAtFile({ option: 'pretrained', path: 'mine.pth', ending: '.pth', bytes }, workspace);
    expect(note).toEqual({ kind: 'weights', sha256: createHash('sha256').update(bytes).digest('hex'), publicFile: null });
    await workspace.write('weights/mine.pth', bytes);
    expect(await lookAtFile({ option: 'pretrained', path: 'weights/mine.pth', ending: '.pth' }, workspace)).toEqual(note);
    const text = new TextEncoder().encode('{"layers": [{"op": "mean"}]}') as Uint8Array<ArrayBuffer>;
    expect(await code(lookAtFile({ option: 'pretrained', path: 'x.pth', ending: '.pth', bytes: text }, workspace))).toMatch(
      /^(torch|foreign|file)/,
    );
    expect(await lookAtFile({ option: 'architecture', path: 'x.json', ending: '.json', bytes: text }, workspace)).toEqual({
      kind: 'network',
      layers: 1,
    });
    const none = new TextEncoder().encode('{}') as Uint8Array<ArrayBuffer>;
    expect(await code(lookAtFile({ option: 'architecture', path: 'x.json', ending: '.json', bytes: none }, workspace))).toBe(
      'network-file',
    );
  });
});
