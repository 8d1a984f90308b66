/** @file `quality-check` as a whole, against tables that ClinicaDL 1.6.1 wrote for the same images, and PyTorch's outputs. */
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../src/engine/choose-backend';
import { memoryFolder } from '../src/folders/memory-folder';
import { qualityInput } from '../src/images/quality/slices';
import { lookAtFile } from '../src/jobs/look-at-file';
import { makeJudge } from '../src/jobs/quality-check/judge';
import { readCheckpoint } from '../src/maps/weights';
import { qualityNetwork, qualityState } from '../src/networks/quality-networks';
import { brain, brainShape, voxels, weightsFile, writeBrains, writeGreyMatter, writePet } from './quality-study';
import { type Road, road } from './road';
import { expectTablesToAgree, goldenText } from './road-files';
import { writeText } from './road-study';

interface Golden {
  readonly logits: Readonly<Record<'nifti' | 'tensor', Readonly<Record<'darq' | 'sq101', readonly (readonly number[])[]>>>>;
  readonly pixels: Readonly<Record<'nifti' | 'tensor', readonly (readonly number[])[]>>;
  readonly tables: Readonly<Record<string, string>>;
}
const golden = JSON.parse(goldenText('quality/quality.json')) as Golden;
const shape = brainShape as [number, number, number];
const inputs = (kind: 'nifti' | 'tensor') =>
  [0, 1, 2, 3].map((n) => {
    const [d, h] = shape;
    return qualityInput({ shape, strides: [1, d, d * h], data: voxels(shape, brain(n)) }, kind === 'tensor')!;
  });

const people = `participant_id\tsession_id\n${[0, 1, 2, 3].map((n) => `sub-Q${n}\tses-M000\n`).join('')}`;

let study: Road;
beforeAll(async () => {
  const workspace = memoryFolder('quality');
  await writeBrains(workspace);
  await writeGreyMatter(workspace);
  await writePet(workspace);
  for (const name of ['darq', 'sq101'] as const) await workspace.write(`files/${name}.pth`, weightsFile(name));
  study = await road(workspace, 'wasm');
  await writeText(workspace, 'four.tsv', people);
  await study.must('clinicadl prepare-data image caps t1-linear -uui --subjects_sessions_tsv four.tsv --extract_json whole');
});

const expectTable = (found: string, name: string, bound: number): void => expectTablesToAgree(found, golden.tables[name]!, bound);

describe('quality-check t1-linear', () => {
  it.each(['nifti', 'tensor'] as const)('sees the slices that scikit-image and PyTorch make of the %s', (kind) => {
    const places = [
      [0, 112, 112],
      [0, 20, 200],
      [1, 60, 90],
      [1, 112, 3],
      [2, 200, 30],
      [2, 111, 150],
    ] as const;
    const found = inputs(kind)
      .slice(0, 2)
      .map((input) => places.map(([c, r, q]) => input[(c * 224 + r) * 224 + q]!));
    const gaps = found.flat().map((value, i) => Math.abs(value - golden.pixels[kind].flat()[i]!));
    expect(Math.max(...gaps)).toBeLessThan(1e-6);
  });

  it.each(['darq', 'sq101'] as const)('%s gives PyTorch’s outputs, on images and on tensors', async (name) => {
    const { createExecutor } = await chooseBackend('wasm');
    const network = qualityNetwork(name);
    const path = `files/${name}.pth`;
    const state = qualityState(network, name, readCheckpoint(await study.workspace.read(path), path).model, path);
    const judge = await makeJudge(createExecutor, { network, state, batchSize: 4, amp: false });
    for (const kind of ['nifti', 'tensor'] as const) {
      const found = [...(await judge.logits(inputs(kind)))];
      const gaps = found.map((value, i) => Math.abs(value - golden.logits[kind][name].flat()[i]!));
      expect(Math.max(...gaps), kind).toBeLessThanOrEqual(1e-5);
    }
    judge.dispose();
  });

  it.each([
    ['darq', '--threshold 0.9', 'darq.tsv'],
    ['darq', '--threshold 0.9 --use_tensor --batch_size 3', 'darq_tensor.tsv'],
    ['sq101', '--threshold 0.414 --batch_size 1', 'sq101.tsv'],
    ['sq101', '--threshold 0.414 --use_tensor', 'sq101_tensor.tsv'],
  ])('%s %s gives the table of ClinicaDL', async (network, more, table) => {
    const line = `clinicadl quality-check t1-linear caps out.tsv --network ${network} --weights files/${network}.pth --participants_tsv four.tsv ${more}`;
    const { issues, output } = await study.must(line);
    expectTable(await study.text('out.tsv'), table, 1e-5);
    expect(issues.map(({ code }) => code)).toEqual(['quality-file-other']);
    expect(output.join('\n')).toMatch(/another file than ClinicaDL’s .*SHA-256 [0-9a-f]{64}/);
  });
});

describe('quality-check t1-volume', () => {
  it('writes the four tables of ClinicaDL, and names the sessions without a map', async () => {
    const line = 'clinicadl quality-check t1-volume caps volume Study --eyes_segmentation files/eyes.nii.gz';
    const { issues } = await study.must(line);
    for (const name of ['QC_metrics', 'pass_step-1', 'pass_step-2', 'pass_step-3'])
      expectTable(await study.text(`volume/${name}.tsv`), `volume/${name}.tsv`, 1e-12);
    const left = issues.find(({ code }) => code === 'quality-grey-matter');
    expect(left?.message).toContain('sub-Q0 | ses-M000, sub-Q1 | ses-M000');
  });
});

describe('quality-check pet-linear', () => {
  it('writes the table of ClinicaDL, and no other over it', async () => {
    const line = 'clinicadl quality-check pet-linear pet pet.tsv 18FFDG pons --threshold 0.6 --pet_contour files/contour.nii.gz';
    await study.must(line);
    expectTable(await study.text('pet.tsv'), 'pet.tsv', 1e-12);
    const { error } = await study.run(line);
    expect(error?.code).toBe('quality-exists');
  });
});

describe('a file that is chosen for a check', () => {
  it('is told for what it is, before the command runs', async () => {
    const look = (option: string, path: string, ending: string) => lookAtFile({ option, path, ending }, study.workspace);
    expect(await look('weights', 'files/darq.pth', '.pth')).toMatchObject({
      kind: 'known',
      name: null,
      what: 'weights of darq or deep_qc',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await look('pet_contour', 'files/contour.nii.gz', '.nii')).toMatchObject({ name: null, what: '25 × 31 × 27 voxels' });
    await expect(look('weights', 'files/contour.nii.gz', '.pth')).rejects.toThrow();
  });
});
