/** @file Options of `generate cohort`, which simulates a study whose truth is known. Not a command of ClinicaDL. */
import { appError } from '../base/errors';
import { choice, define, int, number, type Values } from './field';
import { n_subjects } from './simulate';

export const generateCohort = define({
  positionals: {
    output_directory: { kind: 'path', help: 'New folder for the cohort: caps/, labels.tsv, participants.tsv, volumes.tsv.' },
  },
  sections: {
    Options: {
      n_subjects,
      difficulty: choice(['easy', 'realistic', 'hard', 'none'], {
        default: 'easy',
        flags: ['--difficulty'],
        help: 'How much the hippocampi of AD shrink, and how much brains differ otherwise. With none, AD and CN differ in nothing but the word.',
      }),
      age_effect: number({
        default: 0.6,
        min: 0,
        max: 2,
        unit: '% a year',
        flags: ['--age_effect'],
        help: 'Volume that each hippocampus loses with age, whatever the diagnosis.',
      }),
      n_sessions: int({
        default: 1,
        min: 1,
        max: 10,
        flags: ['--n_sessions'],
        help: 'Sessions of each participant, a year apart: ses-M000, ses-M012, …; AD lose more with each.',
      }),
      n_sites: int({
        default: 1,
        min: 1,
        max: 20,
        flags: ['--n_sites'],
        help: 'Number of scanners, which differ in contrast and noise.',
      }),
      site_link: number({
        default: 0,
        min: 0,
        max: 1,
        flags: ['--site_link'],
        help: 'Share of participants whose scanner is told by their label: AD at the first half of the sites, CN at the others.',
        when: (values) => Number(values.n_sites) > 1,
      }),
      n_twins: int({
        default: 0,
        min: 0,
        max: 1000,
        unit: 'pairs',
        flags: ['--n_twins'],
        help: 'Pairs of participants under two names with one brain, one label and a scan each.',
      }),
      voxel_size: choice(['1', '2', '4'], {
        default: '2',
        unit: 'mm',
        flags: ['--voxel_size'],
        help: 'Length of a voxel: an image of 1 mm takes eight times the work and the memory of one of 2 mm.',
      }),
      seed: int({ default: 0, min: 0, max: 4294967295, flags: ['--seed'], help: 'The same seed makes the same cohort.' }),
    },
  },
});

export type GenerateCohortOptions = Values<typeof generateCohort>;

/** Throws `site-link-alone` and `twins-many`. */
export function checkCohort({ n_sites, site_link, n_twins, n_subjects }: GenerateCohortOptions): void {
  if (site_link > 0 && n_sites === 1) throw appError('site-link-alone', { link: site_link }, { where: 'Options.site_link' });
  // Both twins have one label, so pairs come from four participants: two AD and two CN.
  const most = 2 * Math.floor(n_subjects / 4);
  if (n_twins > most) throw appError('twins-many', { n_twins, n_subjects, most }, { where: 'Options.n_twins' });
}
