/**
 * @file Weights that somebody saved in another way, made by PyTorch: the same weights are taken, and told; other formats are refused by
 * what they are, and the lines of Python in the hint, run as they stand, make a file that is taken.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { expectTablesToAgree } from './road-files';
import { tinyRoad, tinyTraining } from './road-study';

const weights = 'maps/split-0/best-loss/model.pth.tar';
const table = 'maps/split-0/best-loss/test/test_image_level_prediction.tsv';
const predict = 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv --overwrite';
const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-kinds-'));
let study: Road;
let expected = '';

function python(...words: string[]): void {
  const { status, stderr } = spawnSync('/usr/bin/python3', ['test/python/checkpoint_kinds.py', ...words], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

const ofKind = (kind: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(path.join(folder, `${kind}.pth`)));

beforeAll(async () => {
  study = await tinyRoad();
  await study.must(tinyTraining('maps', '--epochs 1'));
  await study.must(predict.replace(' --overwrite', ''));
  expected = await study.text(table);
  const file = path.join(folder, 'model.pth.tar');
  writeFileSync(file, await study.workspace.read(weights));
  python('make', file, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('weights that are taken', () => {
  it.each([
    ['double', 0, null],
    ['half', 1e-3, null],
    ['parameter', 0, null],
    ['plain_dict', 0, null],
    ['numpy_scalar', 0, null],
    ['legacy', 0, null],
    ['state_dict', 0, 'it is the state_dict itself'],
    ['nested', 0, 'under the key "state_dict"'],
    ['net', 0, 'under the key "net"'],
    ['module_prefix', 0, 'begin with "module."'],
    ['lightning', 0, 'under the key "state_dict", and the names of its weights begin with "model."'],
    ['compiled', 0, 'begin with "_orig_mod.module."'],
  ])('%s', async (kind, tolerance, how) => {
    await study.workspace.write(weights, ofKind(kind));
    const { issues } = await study.must(predict);
    const told = issues.map(({ code, message }) => `${code}: ${message}`);
    expect(told).toEqual(how === null ? [] : [expect.stringContaining(how)]);
    expectTablesToAgree(await study.text(table), expected, tolerance);
  });
});

describe('files that are refused', () => {
  it.each([
    ['numpy_weights', 'torch-global-refused', 'numpy', true],
    ['namespace', 'torch-global-refused', 'argparse.Namespace', true],
    ['whole_module', 'torch-other-kind', 'a whole network as Python objects', true],
    ['legacy_module', 'torch-other-kind', 'a whole network as Python objects', true],
    ['torchscript', 'torch-other-kind', 'a program of TorchScript', true],
    ['pickle', 'torch-other-kind', 'a Python pickle that torch.save did not write', true],
    ['npz', 'torch-other-kind', 'arrays of NumPy', true],
    ['safetensors', 'torch-other-kind', 'safetensors', false],
    ['onnx', 'torch-other-kind', 'ONNX', false],
    ['zipped', 'file-is-other', 'a zip archive of other files (model.pth.tar)', false],
    ['two', 'checkpoint-content', 'several sets of weights ("model_a", "model_b")', false],
  ])('%s', async (kind, code, found, follow) => {
    await study.workspace.write(weights, ofKind(kind));
    const { error } = await study.run(predict);
    expect(error).toMatchObject({ code, where: weights.slice('maps/'.length), message: expect.stringContaining(found) });
    if (!follow) return;
    const lines = /comes from: (.*) \(in Python/.exec(error!.hint!)![1]!;
    const file = path.join(folder, 'model.pth.tar');
    writeFileSync(file, ofKind(kind));
    python('run', file, lines);
    await study.workspace.write(weights, new Uint8Array(readFileSync(file)));
    await study.must(predict);
    expectTablesToAgree(await study.text(table), expected, 0);
  });
});
