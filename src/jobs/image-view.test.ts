/** @file An image as the page shows it, against the bytes that were written, and boxes against what `prepare-data` cuts out. */
import { describe, expect, it } from 'vitest';
import { tinyParticipant, tinyRoad, tinyShape, tinyVoxels } from '../../test/road-study';
import { readTensorFile } from '../formats/torch';
import { cutBoxes, imageView, sessionImages } from './image-view';

const caps_directory = 'caps';
const person = { caps_directory, participant_id: tinyParticipant(1), session_id: 'ses-M000' };

describe('a session of a CAPS', () => {
  it('has its image, whose values, affine and percentiles are those of the file', async () => {
    const { workspace } = await tinyRoad();
    const { images, simulated } = await sessionImages(person, { workspace });
    expect(images.map(({ title }) => title)).toEqual(['t1-linear']);
    expect(simulated).toBe(false);
    const view = await imageView(images[0], { workspace });
    expect(view.shape).toEqual(tinyShape);
    const [nx, ny, nz] = tinyShape;
    for (let i = 0; i < nx; i++)
      for (let j = 0; j < ny; j++)
        // The study counts with the last axis fastest, a NIfTI file with the first.
        for (let k = 0; k < nz; k++) expect(view.data[i + nx * (j + ny * k)]).toBe(tinyVoxels(1)[k + nz * (j + ny * i)]);
    const sorted = [...tinyVoxels(1)].sort((a, b) => a - b);
    expect(view.range).toEqual([sorted[0], sorted.at(-1)]);
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
    expect(view.window).toEqual([at(0.02), at(0.98)]);
    expect(view.volumes).toBe(1);
  });
});

describe('boxes', () => {
  it.each([
    ['patch', '--patch_size 3 --stride_size 2'],
    ['slice', '--slice_direction 1 --discarded_slices 1'],
  ])('of %s hold the voxels of the tensors that the line writes', async (mode, more) => {
    const study = await tinyRoad();
    const { workspace } = study;
    const line = `clinicadl prepare-data ${mode} caps t1-linear ${more} --save_features --extract_json cut`;
    const boxes = await cutBoxes({ line, shape: tinyShape }, { workspace });
    const { written } = await study.must(line);
    const own = written.filter((path) => path.includes(tinyParticipant(1)) && path.endsWith('.pt'));
    expect(boxes.length).toBe(own.length);
    const voxels = tinyVoxels(1);
    for (const { name, from, to } of boxes) {
      const number = name.split(' ')[1];
      const path = own.find((one) => one.endsWith(`_${mode}-${number}_T1w.pt`))!;
      const tensor = readTensorFile(await workspace.read(path), path).toFloat32();
      const inside: number[] = [];
      for (let i = from[0]; i <= to[0]; i++)
        for (let j = from[1]; j <= to[1]; j++)
          for (let k = from[2]; k <= to[2]; k++) inside.push(voxels[k + tinyShape[2] * (j + tinyShape[1] * i)]);
      // A slice of three equal channels has each of its values three times.
      expect([...new Set(tensor)].sort()).toEqual([...new Set(inside)].sort());
    }
  });

  it('a line that cannot be run, or is none of prepare-data, tells why or cuts nothing', async () => {
    const { workspace } = await tinyRoad();
    expect(await cutBoxes({ line: 'clinicadl predict maps x', shape: tinyShape }, { workspace })).toEqual([]);
    const line = 'clinicadl prepare-data patch caps t1-linear --patch_size 50';
    await expect(cutBoxes({ line, shape: tinyShape }, { workspace })).rejects.toMatchObject({ code: 'patch-too-large' });
  });
});
