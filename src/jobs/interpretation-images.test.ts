/** @file Which maps of an interpretation can be laid over whom, and where they lie: against the image of the person. */
import { expect, it } from 'vitest';
import { tinyRoad, tinyTraining } from '../../test/road-study';
import { imageView } from './image-view';
import { interpretationImages } from './interpretation-images';
import { predictedImage } from './predicted-image';

const request = { maps: 'maps', folder: 'split-0/best-loss/validation/interpret-seen', group: 'validation', split: 0 };

it('means and individual maps lie on the grid of the images that they are of', async () => {
  const study = await tinyRoad();
  const { workspace } = study;
  await study.must(tinyTraining('maps', '--epochs 1'));
  await study.must('clinicadl interpret maps validation seen gradients --save_nifti --save_individual');
  const [folder] = (await workspace.list('maps/split-0/best-loss/validation')).filter(({ name }) => name.includes('seen'));
  const { images, people } = await interpretationImages(
    { ...request, folder: `split-0/best-loss/validation/${folder.name}` },
    workspace,
  );
  expect(people.map(({ participant_id }) => participant_id)).toEqual(['sub-P06', 'sub-P07', 'sub-P08', 'sub-P09']);
  expect(images.map(({ title }) => title)).toEqual([
    'mean, image 0',
    ...people.map(({ participant_id }) => `${participant_id} ses-M000, image 0`),
  ]);
  for (const { path, person } of images) {
    const own = person ?? people[0];
    const beneath = await predictedImage({ ...request, ...own }, { workspace });
    expect(beneath?.path).toContain(own.participant_id);
    const [map, image] = [await imageView({ path }, { workspace }), await imageView(beneath!, { workspace })];
    expect(map.shape).toEqual(image.shape);
    expect(map.affine).toEqual(image.affine);
  }
});
