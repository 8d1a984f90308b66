/** @file `get_state_dict` and `get_best_epoch` of a MAPS with a network for each element. */
import { expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { memoryFolder } from '../folders/memory-folder';
import { writeCheckpoint } from '../maps/weights';
import { askMaps } from './maps-manager';

it.each([
  ['says', 2],
  ['of an older version does not say', undefined],
])('answers for the network asked for, and asks for its number: of how many maps.json %s', async (_, num_networks) => {
  const workspace = memoryFolder('study');
  const parameters = { multi_network: true, num_networks, mode: 'patch', network_task: 'classification' };
  await workspace.write('maps/maps.json', new TextEncoder().encode(JSON.stringify(parameters)));
  const weights = (value: number) => new Map([['fc.weight', { shape: [1], data: Float32Array.of(value) }]]);
  for (const network of [0, 1]) {
    const file = { model: weights(network), modules: new Map<string, number>(), epoch: 4 + network, name: 'Conv4_FC3' };
    await workspace.write(`maps/split-0/best-loss/network-${network}_model.pth.tar`, writeCheckpoint(file));
  }
  const ask = (method: 'get_best_epoch' | 'get_state_dict', network?: number) =>
    askMaps({ path: 'maps', method, arguments: network === undefined ? {} : { network } }, testContext(workspace).context);
  expect(await ask('get_best_epoch', 1)).toBe(5);
  expect(await ask('get_state_dict', 0)).toMatchObject({ epoch: 4, model: weights(0) });
  for (const wrong of [undefined, 2, -1])
    await expect(ask('get_best_epoch', wrong)).rejects.toMatchObject({
      code: 'network-number',
      hint: 'Give network (--network on a line) with a number from 0 to 1.',
    });
});

it('asks for the metric where a split has several best models', async () => {
  const workspace = memoryFolder('study');
  await workspace.write('maps/maps.json', new TextEncoder().encode('{"network_task": "classification", "mode": "image"}'));
  for (const metric of ['loss', 'BA']) await workspace.write(`maps/split-0/best-${metric}/model.pth.tar`, new Uint8Array(1));
  for (const method of ['get_state_dict', 'get_best_epoch', 'get_model'] as const)
    await expect(askMaps({ path: 'maps', method, arguments: {} }, testContext(workspace).context)).rejects.toMatchObject({
      code: 'metric-unclear',
      hint: 'Give selection_metric (--selection_metric on a line) with one of them.',
    });
});

it('takes the only network as number 0, and refuses another number', async () => {
  const workspace = memoryFolder('study');
  await workspace.write('maps/maps.json', new TextEncoder().encode('{"network_task": "classification", "mode": "image"}'));
  const file = { model: new Map(), modules: new Map<string, number>(), epoch: 3, name: 'Conv4_FC3' };
  await workspace.write('maps/split-0/best-loss/model.pth.tar', writeCheckpoint(file));
  const ask = (network: number) =>
    askMaps({ path: 'maps', method: 'get_best_epoch', arguments: { network } }, testContext(workspace).context);
  expect(await ask(0)).toBe(3);
  for (const wrong of [1, -1]) await expect(ask(wrong)).rejects.toMatchObject({ code: 'network-single' });
});

it('names the file of weights that is not there', async () => {
  const workspace = memoryFolder('study');
  await workspace.write('maps/maps.json', new TextEncoder().encode('{"network_task": "classification", "mode": "image"}'));
  await workspace.write('maps/split-3/best-loss/other.txt', new Uint8Array(1));
  await expect(
    askMaps({ path: 'maps', method: 'get_state_dict', arguments: { split: 3 } }, testContext(workspace).context),
  ).rejects.toMatchObject({ code: 'weights-missing', where: 'maps/split-3/best-loss/model.pth.tar' });
});

it('names the file of weights that hold no epoch', async () => {
  const workspace = memoryFolder('study');
  await workspace.write('maps/maps.json', new TextEncoder().encode('{"network_task": "classification", "mode": "image"}'));
  const model = new Map([['fc.weight', { shape: [1], data: Float32Array.of(1) }]]);
  const file = { model, modules: new Map<string, number>(), epoch: null as unknown as number, name: 'Conv4_FC3' };
  await workspace.write('maps/split-0/best-loss/model.pth.tar', writeCheckpoint(file));
  await expect(
    askMaps({ path: 'maps', method: 'get_best_epoch', arguments: {} }, testContext(workspace).context),
  ).rejects.toMatchObject({ code: 'checkpoint-content', where: 'split-0/best-loss/model.pth.tar' });
});
