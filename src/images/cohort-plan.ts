/**
 * @file Who is in a simulated cohort: age, sex, diagnosis, site, twin and hippocampal volumes of each session, from one seed.
 *
 * Brains, sites and scans are drawn from three generators, so that what is asked for besides changes no brain: the person of a number is the
 * same with more sites, sessions or participants.
 */
import { NumpyRandom } from '../base/numpy-random';
import type { Factors } from './disease-jacobian';
import type { Simulation } from './simulate';

export type Difficulty = 'easy' | 'realistic' | 'hard' | 'none';

export interface CohortDesign {
  /** Half of them are AD, half CN. */
  readonly n_subjects: number;
  readonly difficulty: Difficulty;
  /** Hippocampal volume lost per year of age around 72, whatever the diagnosis, %. */
  readonly age_effect: number;
  /** Of each participant, a year apart. */
  readonly n_sessions: number;
  readonly n_sites: number;
  /** Share of participants whose site is told by their label; the others are anywhere. */
  readonly site_link: number;
  /** Pairs of participants with one brain between them. */
  readonly n_twins: number;
  /** 0…2³²−1. */
  readonly seed: number;
}

export interface CohortSession {
  readonly participant_id: string;
  readonly session_id: string;
  /** Years, one decimal. */
  readonly age: number;
  readonly sex: 'F' | 'M';
  readonly diagnosis: 'AD' | 'CN';
  readonly site: string;
  /** The other one of a pair; null for anybody else. */
  readonly twin: string | null;
  readonly simulation: Simulation;
  /** Volumes of the hippocampi without the disease, as `simulation.volumeFactors` has them with it. */
  readonly healthyFactors: Factors;
}

interface DifficultyRow {
  /** Share of hippocampal volume that AD has lost on average at the first session. */
  readonly atrophy: number;
  readonly deformationMm: number;
  readonly scaleSd: number;
}

const difficulties: Readonly<Record<Difficulty, DifficultyRow>> = {
  easy: { atrophy: 0.5, deformationMm: 0.5, scaleSd: 0.01 },
  realistic: { atrophy: 0.35, deformationMm: 1, scaleSd: 0.02 },
  hard: { atrophy: 0.2, deformationMm: 1.5, scaleSd: 0.03 },
  none: { atrophy: 0, deformationMm: 1.5, scaleSd: 0.03 },
};

const MEAN_AGE_YEARS = 72;
/** What AD lose in each later year, against their loss at the first session. */
const LATER_LOSS = 0.1;
const NOISE_SD = 0.02;
/** Spread of contrast and noise between sites, on the scale of logarithms. */
const SITE_SPREAD = { contrast: 0.15, noise: 0.3 } as const;
/** Begin the generators of sites and of scans, beside that of brains. */
const STREAMS = { sites: 0x51_7e_00_01, scans: 0x5c_a4_00_01 } as const;

/** The number of the other twin, with the same diagnosis: 0 and 2, 1 and 3, 4 and 6, …; null for one who is no twin. */
function twinOf(i: number, pairs: number): number | null {
  const pair = 2 * Math.floor(i / 4) + (i % 2);
  if (pair >= pairs) return null;
  return i % 4 < 2 ? i + 2 : i - 2;
}

interface Brain {
  readonly age: number;
  readonly sex: 'F' | 'M';
  /** What the volumes of the left and right hippocampus are multiplied by. */
  readonly sides: Factors;
  readonly seed: number;
}

function drawBrain(random: NumpyRandom): Brain {
  const age = Math.round(10 * Math.min(92, Math.max(55, random.normal(MEAN_AGE_YEARS, 6)))) / 10;
  const sex = random.random() < 0.5 ? 'F' : 'M';
  const side = (): number => Math.exp(random.normal(0, 0.05));
  const sides = [side(), side()] as const;
  return { age, sex, sides, seed: random.randint(0, 2 ** 32) };
}

interface Site {
  readonly name: string;
  readonly contrast: number;
  readonly noiseSd: number;
}

function drawSites(count: number, random: NumpyRandom): Site[] {
  return Array.from({ length: count }, (_, i) => {
    const [contrast, noise] = [random.normal(0, SITE_SPREAD.contrast), random.normal(0, SITE_SPREAD.noise)];
    const name = `site-${i + 1}`;
    // The first is like the only one there is otherwise.
    return i === 0
      ? { name, contrast: 1, noiseSd: NOISE_SD }
      : { name, contrast: Math.exp(contrast), noiseSd: NOISE_SD * Math.exp(noise) };
  });
}

/** Where a participant is examined: by the label with a probability of `link` (AD in the first half of the sites), else anywhere. */
function drawSite(sites: readonly Site[], isPatient: boolean, link: number, random: NumpyRandom): Site {
  const [byLabel, place] = [random.random() < link, random.random()];
  const half = Math.ceil(sites.length / 2);
  const among = byLabel ? (isPatient ? sites.slice(0, half) : sites.slice(half)) : sites;
  return among[Math.floor(place * among.length)];
}

/** The sessions, of one participant after the other; participants alternate between AD and CN: sub-SIM001, sub-SIM002, … */
export function planCohort(design: CohortDesign): CohortSession[] {
  const { n_subjects, difficulty, age_effect, n_sessions, n_sites, site_link, n_twins, seed } = design;
  const { atrophy, deformationMm, scaleSd } = difficulties[difficulty];
  const stream = (start: number): NumpyRandom => new NumpyRandom((seed ^ start) >>> 0);
  const [brains, places, scans] = [new NumpyRandom(seed), stream(STREAMS.sites), stream(STREAMS.scans)];
  const sites = drawSites(n_sites, places);
  const digits = Math.max(3, String(n_subjects).length);
  const nameOf = (i: number): string => `sub-SIM${String(i + 1).padStart(digits, '0')}`;
  const own = Array.from({ length: n_subjects }, () => drawBrain(brains));
  return own.flatMap((drawn, i) => {
    const twin = twinOf(i, n_twins);
    const isSecondTwin = twin !== null && twin < i;
    const brain = isSecondTwin ? own[twin] : drawn;
    const isPatient = i % 2 === 0;
    const site = drawSite(sites, isPatient, site_link, places);
    return Array.from({ length: n_sessions }, (_, year): CohortSession => {
      const age = year === 0 ? brain.age : Math.round(10 * (brain.age + year)) / 10;
      const healthy = 1 - (age_effect / 100) * (age - MEAN_AGE_YEARS);
      const left = isPatient ? (1 - atrophy) * (1 - LATER_LOSS * atrophy) ** year : 1;
      const volume = (share: number, side: number): number => Math.max(0.2, healthy * share * brain.sides[side]);
      const factorsAt = (share: number): Factors => [volume(share, 0), volume(share, 1)];
      const scanSeed = scans.randint(0, 2 ** 32);
      return {
        participant_id: nameOf(i),
        session_id: `ses-M${String(12 * year).padStart(3, '0')}`,
        age,
        sex: brain.sex,
        diagnosis: isPatient ? 'AD' : 'CN',
        site: site.name,
        twin: twin === null ? null : nameOf(twin),
        simulation: {
          ...{ seed: brain.seed, scaleSd, deformationMm, volumeFactors: factorsAt(left), noiseSd: site.noiseSd },
          ...(isSecondTwin || year > 0 ? { scanSeed } : {}),
          ...(site.contrast === 1 ? {} : { contrast: site.contrast }),
        },
        healthyFactors: factorsAt(1),
      };
    });
  });
}
