/** @file Hints about paths, a CAPS, its images, masks and tensors. */
import { writeTorch } from '../../src/formats/torch-write';
import { imagePath, niftiFile, tensorPath, tinyParticipant, tinyShape, tinyVoxels } from '../road-study';
import {
  again,
  edit,
  inOrder,
  kfold,
  mask,
  maskPath,
  oneTensor,
  prepare,
  regions,
  remove,
  type Step,
  sessions,
  training,
  write,
} from './step';

const fromBids = (folder: string): string => `clinicadl prepare-data-from-bids image ${folder} new_caps t1 --extract_json raw`;
const rawImage = write('bids/sub-P00/ses-M000/anat/sub-P00_ses-M000_T1w.nii.gz', niftiFile(tinyShape, tinyVoxels(0)));
const diffusionRegions =
  'clinicadl prepare-data roi caps dwi-dti --roi_list box -ct MNI152Lin -cmp MNI152Lin -tsv s.tsv --extract_json fa';

export const images: Readonly<Record<string, Step>> = {
  'file-missing': { line: kfold('--n_splits 2', 'tsv/peple.tsv'), says: 'tsv/people.tsv', next: kfold() },
  'folder-missing': { line: training().replace('tsv/single', 'elsewhere/none'), says: 'tsv', next: training() },
  'caps-missing': { line: prepare().replace('caps', 'cpas'), says: 'the opened folder has the CAPS caps', next: prepare() },
  'caps-is-bids': { line: prepare().replace('caps', 'caps/subjects'), says: 'Choose the CAPS folder', next: prepare() },
  'bids-missing': { line: fromBids('bisd'), says: 'Check the path', before: rawImage, next: fromBids('bids') },
  'bids-is-caps': { line: fromBids('caps'), says: 'choose the folder that holds sub-', before: rawImage, next: fromBids('bids') },
  'bids-empty': { line: fromBids('tsv'), says: 'the folder that holds sub-', before: rawImage, next: fromBids('bids') },
  'option-of-modality': { line: prepare('--extract_json new --tracer x'), says: 'Leave out --tracer', next: prepare() },
  'dti-native-regions': {
    before: inOrder(
      write(
        'caps/subjects/sub-P00/ses-M000/dwi/dti_based_processing/normalized_space/sub-P00_ses-M000_dwi_space-MNI152Lin_FA.nii.gz',
        niftiFile(tinyShape, tinyVoxels(0)),
      ),
      write(
        'caps/masks/tpl-MNI152Lin/tpl-MNI152Lin_roi-box_mask.nii.gz',
        mask((i) => Number(i < 9)),
      ),
      write('s.tsv', sessions.split('\n').slice(0, 2).join('\n')),
    ),
    line: diffusionRegions,
    says: '--dti_space normalized',
    next: `${diffusionRegions} --dti_space normalized`,
  },
  'doctor-nothing': {
    before: write('empty/notes.txt', 'nothing'),
    line: 'clinicadl doctor empty',
    says: 'Open the folder that holds them',
    next: 'clinicadl doctor caps',
  },
  'doctor-inside': {
    line: 'clinicadl doctor . --repair caps/mended',
    says: 'outside of every CAPS',
    next: 'clinicadl doctor . --repair mended',
  },
  'caps-empty': { line: prepare().replace('caps', 'tsv'), says: 'the folder that holds "subjects"', next: prepare() },
  'caps-without-sessions': {
    before: inOrder(write('flat/subjects/sub-P00/t1_linear/x', 'x')),
    line: prepare().replace('caps', 'flat'),
    says: 'Put the files of each visit into a folder',
    follow: write(`flat/${imagePath('sub-P00').slice('caps/'.length)}`, niftiFile(tinyShape, tinyVoxels(0))),
  },
  'sessions-empty': {
    before: write('s.tsv', 'participant_id\tsession_id\n'),
    line: prepare('--extract_json new -tsv s.tsv'),
    says: 'leave the table away',
    next: prepare(),
  },
  'session-name': {
    before: write('s.tsv', `${sessions}sub-!\tses-M000\n`),
    line: prepare('--extract_json new -tsv s.tsv'),
    says: 'correct the table',
    follow: write('s.tsv', sessions),
  },
  'sessions-absent': {
    before: write('s.tsv', `${sessions}sub-ZZ\tses-M000\n`),
    line: prepare('--extract_json new -tsv s.tsv'),
    says: 'Leave these sessions out of the table',
    follow: write('s.tsv', sessions),
  },
  'images-unusable': {
    before: inOrder(
      remove(imagePath('sub-P02')),
      write('caps/subjects/sub-P02/ses-M000/notes.txt', 'x'),
      write('s.tsv', sessions),
    ),
    line: prepare(),
    says: '--subjects_sessions_tsv',
    next: prepare('--extract_json new --subjects_sessions_tsv s.tsv'),
  },
  'image-twice': {
    before: write(imagePath('sub-P02').replace('_space-', '_rec-b_space-'), niftiFile(tinyShape, tinyVoxels(0))),
    line: prepare(),
    says: 'Keep one of them',
    follow: remove(imagePath('sub-P02').replace('_space-', '_rec-b_space-')),
  },
  'extraction-missing': { line: training().replace(' image ', ' imag '), says: 'one that is there'.slice(-5), next: training() },
  'extraction-exists': { line: prepare('--extract_json image'), says: 'another name with --extract_json', next: prepare() },
  'extraction-key': {
    before: edit('caps/tensor_extraction/image.json', '"mode": "image"', '"mode": 5'),
    line: training(),
    says: 'with a new name for --extract_json, and give that name',
    follow: again,
    next: training().replace(' image ', ' new '),
  },
  'tensors-missing': {
    before: remove(tensorPath('sub-P02')),
    line: training(),
    says: 'Run prepare-data for these sessions, with a new name for --extract_json',
    follow: again,
  },
  'tensor-twice': {
    before: ({ workspace }) =>
      workspace
        .read(tensorPath('sub-P02'))
        .then((bytes) => workspace.write(tensorPath('sub-P02').replace('_space-', '_rec-b_space-'), bytes)),
    line: training(),
    says: 'Remove those that are not wanted',
    follow: remove(tensorPath('sub-P02').replace('_space-', '_rec-b_space-')),
  },
  'tensor-not-image': {
    before: async (study) => {
      for (let i = 0; i < 12; i++) await study.workspace.write(tensorPath(tinyParticipant(i)), oneTensor);
    },
    line: training(),
    says: 'Run prepare-data again, with a new name for --extract_json',
    follow: again,
  },
  'tensor-refused': {
    before: write(tensorPath('sub-P00'), new Uint8Array(Buffer.from('\x80\x02cposix\nsystem\nX\x04\0\0\0true\x85R.', 'latin1'))),
    line: training(),
    says: 'Run prepare-data again, with a new name for --extract_json',
    follow: again,
  },
  'torch-not-tensor': {
    before: write(tensorPath('sub-P00'), writeTorch([1], { archiveName: 'a' })),
    line: training(),
    says: 'Run prepare-data again, with a new name for --extract_json',
    follow: again,
  },
  'patch-too-large': {
    line: 'clinicadl prepare-data patch caps t1-linear --patch_size 9 --stride_size 3 --save_features --extract_json p',
    says: 'no larger than the smallest dimension',
    next: 'clinicadl prepare-data patch caps t1-linear --patch_size 3 --stride_size 3 --save_features --extract_json p',
  },
  'slices-all-discarded': {
    line: 'clinicadl prepare-data slice caps t1-linear --discarded_slices 9 --save_features --extract_json s',
    says: 'Discard fewer slices',
    next: 'clinicadl prepare-data slice caps t1-linear --discarded_slices 2 --save_features --extract_json s',
  },
  'discarded-slices-count': {
    line: 'clinicadl prepare-data slice caps t1-linear -ds 1 -ds 1 -ds 1 --extract_json s',
    says: '--discarded_slices once or twice',
    next: 'clinicadl prepare-data slice caps t1-linear -ds 1 -ds 1 --extract_json s',
  },
  'mask-empty': {
    before: write(
      maskPath,
      mask(() => 0),
    ),
    line: regions,
    says: '1 inside the region and 0 outside',
    follow: write(
      maskPath,
      mask((i) => (i < 60 ? 1 : 0)),
    ),
  },
  'mask-not-binary': {
    before: write(
      maskPath,
      mask((i) => i % 3),
    ),
    line: regions,
    says: '1 inside the region and 0 outside',
    follow: write(
      maskPath,
      mask((i) => (i < 60 ? 1 : 0)),
    ),
  },
};
