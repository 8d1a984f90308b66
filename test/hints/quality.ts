/** @file Hints about quality checks. */
import { niftiOf, uncropped, weightsFile, writeGreyMatter, writePet } from '../quality-study';
import type { Road } from '../road';
import { inOrder, run, type Step, sessions, write } from './step';

const pet = (output = 'out.tsv', more = '--pet_contour files/contour.nii.gz'): string =>
  `clinicadl quality-check pet-linear pet ${output} 18FFDG pons ${more}`;
const volume = (caps = 'caps', label = 'Study'): string =>
  `clinicadl quality-check t1-volume ${caps} out ${label} --eyes_segmentation files/eyes.nii.gz`;
const judge = (network: string): string =>
  `clinicadl quality-check t1-linear caps out.tsv --weights sq101.pth --network ${network} --participants_tsv two.tsv`;
const eye = (table = 'eye.tsv', rater = 'AB'): string =>
  `clinicadl quality-check by-eye caps t1-linear ${table} --rater ${rater}`;
const compare = (second = 'b.tsv'): string => `clinicadl quality-check compare a.tsv ${second}`;
const prepared = (table: string): string =>
  `clinicadl prepare-data image caps t1-linear --extract_json new --subjects_sessions_tsv ${table}`;

const pets = ({ workspace }: Road): Promise<void> => writePet(workspace);
const greyMatter = ({ workspace }: Road): Promise<void> => writeGreyMatter(workspace);
const petPath = (n: number): string =>
  `pet/subjects/sub-P${n}/ses-M006/pet_linear/sub-P${n}_ses-M006_trc-18FFDG_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_suvr-pons_pet.nii.gz`;
const whole = inOrder(
  ...['sub-P00', 'sub-P01'].map((name) =>
    write(
      `caps/subjects/${name}/ses-M000/t1_linear/${name}_ses-M000_${uncropped}.nii.gz`,
      niftiOf([6, 7, 8], (i, j, k) => i + j * k),
    ),
  ),
  write('two.tsv', sessions),
);
const head = 'participant_id\tsession_id\tpass\trater\tcomment\n';
const answers = (pass: string, rater = 'AB', participant = 'sub-P00'): string =>
  `${head}${participant}\tses-M000\t${pass}\t${rater}\t\n`;
const template = 'groups/group-Study/t1/group-Study_template.nii.gz';

export const quality: Readonly<Record<string, Step>> = {
  'quality-file-needed': { before: pets, line: pet('out.tsv', ''), says: 'Give the file by --pet_contour', next: pet() },
  'quality-weights': {
    before: inOrder(whole, (study) => write('sq101.pth', weightsFile('sq101'))(study)),
    line: judge('darq'),
    says: 'Choose the network of this file by --network',
    next: judge('sq101'),
  },
  'quality-ending': { before: pets, line: pet('out.txt'), says: 'ends with .tsv', next: pet('out.tsv') },
  'quality-exists': { before: inOrder(pets, run(pet())), line: pet(), says: 'Give another name', next: pet('second.tsv') },
  'quality-template': {
    before: greyMatter,
    line: volume('caps', 'Other'),
    says: 'label of a group of this CAPS',
    next: volume(),
  },
  'quality-grey-matter-none': {
    before: inOrder(greyMatter, pets, async (study) => {
      await study.workspace.write(`pet/${template}`, new Uint8Array(await study.workspace.read(`caps/${template}`)));
    }),
    line: volume('pet'),
    says: 'choose the CAPS that it wrote',
    next: volume('caps'),
  },
  'quality-mask-shape': {
    before: inOrder(
      pets,
      write(
        'small.nii.gz',
        niftiOf([4, 4, 4], () => 1),
      ),
    ),
    line: pet('out.tsv', '--pet_contour small.nii.gz'),
    says: 'on the grid of the images',
    next: pet(),
  },
  'quality-images': {
    before: inOrder(
      pets,
      write(petPath(0), 'no image'),
      write(petPath(1), 'no image'),
      write('sound.tsv', 'participant_id\tsession_id\nsub-P2\tses-M006\n'),
    ),
    line: pet(),
    says: 'left out with --participants_tsv',
    next: pet('out.tsv', '--pet_contour files/contour.nii.gz --participants_tsv sound.tsv'),
  },
  'quality-all-failed': {
    before: inOrder(write('failed.tsv', answers('False')), write('two.tsv', sessions)),
    line: prepared('failed.tsv'),
    says: 'Choose another table',
    next: prepared('two.tsv'),
  },
  'eye-table': {
    before: write('eye.tsv', sessions),
    line: eye(),
    says: 'Give another name: a new table is made then',
    next: eye('eye_AB.tsv'),
  },
  'eye-table-kept': {
    before: inOrder(whole, (study) => write('sq101.pth', weightsFile('sq101'))(study), write('out.tsv', answers('True'))),
    line: judge('sq101'),
    says: 'Give another path',
    next: judge('sq101').replace('out.tsv', 'other.tsv'),
  },
  'eye-rater': {
    before: run(eye()),
    line: eye('eye.tsv', 'CD'),
    says: 'Give another name for the table',
    next: eye('cd.tsv', 'CD'),
  },
  'compare-none': {
    before: inOrder(
      write('a.tsv', answers('True')),
      write('b.tsv', answers('True', 'CD', 'sub-P01')),
      write('c.tsv', answers('False', 'CD')),
    ),
    line: compare(),
    says: 'two tables about the same sessions',
    next: compare('c.tsv'),
  },
  'compare-answer': {
    before: inOrder(write('a.tsv', answers('True')), write('b.tsv', answers('perhaps', 'CD'))),
    line: compare(),
    says: 'Correct this cell',
    follow: write('b.tsv', answers('False', 'CD')),
  },
};
