/** @file The built-in sample study: the commands that take it from simulated images to test metrics, and where its results lie. */

export const difficulties = ['easy', 'realistic', 'hard'] as const;
export type Difficulty = (typeof difficulties)[number];

export interface SampleStep {
  /** What the step does, for people. */
  readonly title: string;
  readonly line: string;
}

export interface SampleStudy {
  readonly difficulty: Difficulty;
  readonly steps: readonly SampleStep[];
  /** The same lines, in order. */
  readonly commands: readonly string[];
}

/** Folder of the study inside the workspace. */
export const sampleFolder = 'sample';
export const mapsFolder = `${sampleFolder}/maps`;
export const metricsFile = `${mapsFolder}/split-0/best-loss/test/test_image_level_metrics.tsv`;

/** What is simulated at each setting, for people. */
export const difficultyTexts: Readonly<Record<Difficulty, string>> = {
  easy: 'Strong shrinking of the hippocampus, brains otherwise alike: a small network tells the groups apart.',
  realistic: 'The effect is smaller and brains differ more: expect mistakes.',
  hard: 'A weak effect in brains that differ much: the accuracy may stay near chance.',
};

export function sampleStudy(difficulty: Difficulty = 'easy'): SampleStudy {
  const [caps, split] = [`${sampleFolder}/caps`, `${sampleFolder}/split`];
  const steps: readonly SampleStep[] = [
    { title: 'Simulate 40 participants', line: `clinicadl simulate ${sampleFolder} --difficulty ${difficulty}` },
    {
      title: 'Keep a test group apart',
      line: `clinicadl tsvtools split ${sampleFolder}/labels.tsv --subset_name test --n_test 10 -ps 0.3 -pa 0.3 --seed 0`,
    },
    { title: 'Divide the rest into two folds', line: `clinicadl tsvtools kfold ${split}/train.tsv --n_splits 2` },
    {
      title: 'Cut out the hippocampus regions',
      line: `clinicadl prepare-data roi ${caps} t1-linear --roi_list leftHippocampusBox --roi_list rightHippocampusBox --save_features --extract_json roi`,
    },
    {
      title: 'Train a network on each fold',
      line: `clinicadl train classification ${caps} roi ${split}/2_fold ${mapsFolder} --architecture Conv4_FC3 --n_splits 2 --epochs 15 --batch_size 4 -lr 0.001`,
    },
    {
      title: 'Predict the test group',
      line: `clinicadl predict ${mapsFolder} test --caps_directory ${caps} --participants_tsv ${split}/test_baseline.tsv`,
    },
  ];
  return { difficulty, steps, commands: steps.map(({ line }) => line) };
}
