/** @file Hints about generated data sets. */
import { writeNifti } from '../../src/formats/nifti';
import { imagePath, tinyShape } from '../road-study';
import { inOrder, remove, run, type Step, sessions, write } from './step';

const t1 = '--preprocessing t1-linear';
const trivial = (more = '--mask_path masks'): string =>
  `clinicadl generate trivial caps new ${t1} --n_subjects 2 --seed 0 ${more}`;
const artifacts = (more: string): string => `clinicadl generate artifacts caps new ${t1} --seed 0 ${more}`;
const phantoms = (more = ''): string => `clinicadl generate shepplogan new --n_subjects 2 --seed 0 ${more}`;

const cohort = (more: string): string => `clinicadl generate cohort new --n_subjects 8 --voxel_size 4 ${more}`;

const addMask = (more = '--roi_name box'): string => `clinicadl add-mask caps --mask_file mine.nii ${more}`;

const identity = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];
/** `zeros`: so many voxels at the beginning are 0. */
const maskFile = (
  shape: readonly number[],
  value: number,
  zeros = 0,
  affine: readonly (readonly number[])[] = identity,
): Uint8Array<ArrayBuffer> => {
  const size = shape.reduce((product, length) => product * length, 1);
  return writeNifti({ shape, data: new Uint8Array(size).fill(value, zeros), affine, datatype: 'uint8' });
};
const masks = (folder: string, shape: readonly number[] = tinyShape, value = 1) =>
  inOrder(...[1, 2].map((i) => write(`${folder}/mask-${i}.nii`, maskFile(shape, value))));

export const generated: Readonly<Record<string, Step>> = {
  'generate-masks': { before: masks('masks'), line: trivial(''), says: '--mask_path', next: trivial() },
  'subtypes-distribution': {
    line: phantoms('-csd 0.5 -csd 0.4'),
    says: 'probabilities that sum up to 1',
    next: phantoms('-csd 0.5 -csd 0.5'),
  },
  'range-wrong': {
    line: artifacts('--noise --noise_std 5'),
    says: 'Give --noise_std twice',
    next: artifacts('--noise --noise_std 5 --noise_std 6'),
  },
  'artifacts-none': { line: artifacts(''), says: '--motion, --contrast and --noise', next: artifacts('--contrast --noise') },
  'participants-few': {
    before: masks('masks'),
    line: trivial('--mask_path masks --n_subjects 50'),
    says: 'Give --n_subjects 12, or less',
    next: trivial('--mask_path masks --n_subjects 12'),
  },
  'generate-mask-missing': {
    before: inOrder(masks('masks'), remove('masks/mask-2.nii')),
    line: trivial(),
    says: 'Put mask-2.nii there',
    follow: masks('masks'),
  },
  'generate-mask-shape': {
    before: inOrder(masks('masks', [4, 4, 4]), masks('others')),
    line: trivial(),
    says: 'on the grid of the images',
    next: trivial('--mask_path others'),
  },
  'generate-mask-empty': {
    before: inOrder(masks('masks', tinyShape, 0), masks('others')),
    line: trivial(),
    says: 'masks lie over the brain',
    next: trivial('--mask_path others'),
  },
  'box-masks-grid': {
    before: masks('masks'),
    line: trivial('--box_masks'),
    says: 'masks on the grid of the images by --mask_path',
    next: trivial(),
  },
  'site-link-alone': {
    line: cohort('--site_link 0.5'),
    says: 'Give --n_sites 2',
    next: cohort('--site_link 0.5 --n_sites 2'),
  },
  'twins-many': { line: cohort('--n_twins 5'), says: 'Give --n_twins 4 or less', next: cohort('--n_twins 4') },
  'boxes-grid': {
    before: write('mine.nii', maskFile(tinyShape, 1, 5)),
    line: 'clinicadl make-masks caps',
    says: 'with add-mask',
    next: addMask(),
  },
  'mask-option': {
    before: write('mine.nii', maskFile(tinyShape, 1, 5)),
    line: addMask('--roi_name box').replace('--mask_file mine.nii', ''),
    says: 'Give --mask_file',
    next: addMask(),
  },
  'roi-name': {
    before: write('mine.nii', maskFile(tinyShape, 1, 5)),
    line: addMask('--roi_name left-box'),
    says: 'such as leftAmygdala',
    next: addMask('--roi_name leftAmygdala'),
  },
  'mask-grid-unknown': {
    before: inOrder(write('mine.nii', maskFile(tinyShape, 1, 5)), write('empty/subjects/sub-A/ses-M000/note.txt', 'none')),
    line: addMask().replace(' caps ', ' empty '),
    says: 'holds the images',
    next: addMask(),
  },
  'mask-elsewhere': {
    before: write('mine.nii', maskFile(tinyShape, 1, 5, [[1, 0, 0, 9], ...identity.slice(1)])),
    line: addMask(),
    says: 'with their affine',
    follow: write('mine.nii', maskFile(tinyShape, 1, 5)),
  },
  'mask-there': {
    before: inOrder(write('mine.nii', maskFile(tinyShape, 1, 5)), run(addMask())),
    line: addMask(),
    says: 'another --roi_name',
    next: addMask('--roi_name other'),
  },
  'sources-unusable': {
    before: inOrder(
      write(imagePath('sub-P00'), 'no image'),
      write(imagePath('sub-P01'), 'no image'),
      write('s.tsv', sessions.replace('sub-P00', 'sub-P02').replace('sub-P01', 'sub-P03')),
      masks('masks'),
    ),
    line: trivial(),
    says: '--participants_tsv',
    next: trivial('--mask_path masks --participants_tsv s.tsv'),
  },
};
