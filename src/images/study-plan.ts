/** @file Who is in a simulated study: age, sex, diagnosis and hippocampal volume of each participant, from one seed. */
import { NumpyRandom } from '../base/numpy-random';
import type { Simulation } from './simulate';

export type Difficulty = 'easy' | 'realistic' | 'hard';

export interface SimulatedParticipant {
  readonly participant_id: string;
  readonly session_id: 'ses-M000';
  /** Years, one decimal. */
  readonly age: number;
  readonly sex: 'F' | 'M';
  readonly diagnosis: 'AD' | 'CN';
  readonly simulation: Simulation;
}

interface DifficultyRow {
  /** Share of hippocampal volume that AD has lost on average. */
  readonly atrophy: number;
  readonly deformationMm: number;
  readonly scaleSd: number;
}

const difficulties: Readonly<Record<Difficulty, DifficultyRow>> = {
  easy: { atrophy: 0.5, deformationMm: 0.5, scaleSd: 0.01 },
  realistic: { atrophy: 0.35, deformationMm: 1, scaleSd: 0.02 },
  hard: { atrophy: 0.2, deformationMm: 1.5, scaleSd: 0.03 },
};

/** Volume lost per year of age around 72, as a share: older brains are smaller whatever the diagnosis. */
const LOSS_PER_YEAR = 0.006;
const MEAN_AGE_YEARS = 72;

/** The participants, alternating AD and CN; sub-SIM001, sub-SIM002, … */
export function planStudy(count: number, difficulty: Difficulty, seed: number): SimulatedParticipant[] {
  const random = new NumpyRandom(seed);
  const { atrophy, deformationMm, scaleSd } = difficulties[difficulty];
  const digits = Math.max(3, String(count).length);
  return Array.from({ length: count }, (_, i) => {
    const diagnosis = i % 2 === 0 ? 'AD' : 'CN';
    const age = Math.round(10 * Math.min(92, Math.max(55, random.normal(MEAN_AGE_YEARS, 6)))) / 10;
    const sex = random.random() < 0.5 ? 'F' : 'M';
    const volume = (1 - LOSS_PER_YEAR * (age - MEAN_AGE_YEARS)) * (diagnosis === 'AD' ? 1 - atrophy : 1);
    const side = (): number => Math.max(0.2, volume * Math.exp(random.normal(0, 0.05)));
    const volumeFactors = [side(), side()] as const;
    const simulation = { seed: random.randint(0, 2 ** 32), scaleSd, deformationMm, volumeFactors, noiseSd: 0.02 };
    return {
      participant_id: `sub-SIM${String(i + 1).padStart(digits, '0')}`,
      session_id: 'ses-M000',
      age,
      sex,
      diagnosis,
      simulation,
    };
  });
}
