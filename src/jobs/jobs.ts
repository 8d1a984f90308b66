/** @file The table of all jobs by command name; a command without a job does not compile. */
import type { CommandName, OptionsOf } from '../options/commands';
import { exportJobJob } from './export-job/export-job';
import { exportModelJob } from './export-model/export-model';
import { exportOnnxJob } from './export-onnx';
import { generateArtifactsJob } from './generate/artifacts';
import { generateHypometabolicJob } from './generate/hypometabolic';
import { generateRandomJob } from './generate/random';
import { generateShepploganJob } from './generate/shepplogan';
import { generateTrivialJob } from './generate/trivial';
import { importResultsJob } from './import-results';
import { interpretJob } from './interpret';
import type { Job, JobContext } from './job-context';
import { listModelsJob } from './list-models';
import { predictJob } from './predict';
import { prepareDataImageJob, prepareDataPatchJob, prepareDataRoiJob, prepareDataSliceJob } from './prepare-data';
import { randomSearchJob } from './random-search';
import { simulateStudy } from './simulate';
import { trainJob } from './train';
import { trainFromJsonJob } from './train-from-json';
import { trainResumeJob } from './train-resume';
import { tsvtoolsKfold } from './tsvtools-kfold';
import { tsvtoolsSplit } from './tsvtools-split';

export const jobs = {
  simulate: simulateStudy,
  'generate random': generateRandomJob,
  'generate trivial': generateTrivialJob,
  'generate shepplogan': generateShepploganJob,
  'generate hypometabolic': generateHypometabolicJob,
  'generate artifacts': generateArtifactsJob,
  'prepare-data image': prepareDataImageJob,
  'prepare-data slice': prepareDataSliceJob,
  'prepare-data patch': prepareDataPatchJob,
  'prepare-data roi': prepareDataRoiJob,
  'tsvtools split': tsvtoolsSplit,
  'tsvtools kfold': tsvtoolsKfold,
  'train classification': trainJob('classification'),
  'train regression': trainJob('regression'),
  'train reconstruction': trainJob('reconstruction'),
  'train resume': trainResumeJob,
  'train from_json': trainFromJsonJob,
  'train list_models': listModelsJob,
  'import-results': importResultsJob,
  predict: predictJob,
  interpret: interpretJob,
  'export-job': exportJobJob,
  'export-model': exportModelJob,
  'export-onnx': exportOnnxJob,
  'random-search': randomSearchJob,
} as const satisfies { readonly [N in CommandName]: Job<OptionsOf<N>, unknown> };

/** Runs the job of a command. */
export function runJob<N extends CommandName>(command: N, options: OptionsOf<N>, context: JobContext): Promise<unknown> {
  const job = jobs[command] as Job<OptionsOf<N>, unknown>;
  return job(options, context);
}
