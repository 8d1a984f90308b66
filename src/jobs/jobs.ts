/** @file The table of all jobs by command name; a command without a job does not compile. */
import type { CommandName, OptionsOf } from '../options/commands';
import { doctorJob } from './doctor/doctor';
import { exportJobJob } from './export-job/export-job';
import { exportModelJob } from './export-model/export-model';
import { exportOnnxJob } from './export-onnx';
import { generateArtifactsJob } from './generate/artifacts';
import { generateCohortJob, simulateStudy } from './generate/cohort';
import { generateHypometabolicJob } from './generate/hypometabolic';
import { generateRandomJob } from './generate/random';
import { generateShepploganJob } from './generate/shepplogan';
import { generateTrivialJob } from './generate/trivial';
import { importResultsJob } from './import-results';
import { interpretJob } from './interpret';
import type { Job, JobContext } from './job-context';
import { leakCheckJob } from './leaks/look-for-leaks';
import { listModelsJob } from './list-models';
import { addMaskJob, makeMasksJob } from './make-masks';
import { describeJob } from './methods/describe';
import { playLeakJob } from './play-leak/play-leak';
import { predictJob } from './predict';
import { prepareDataImageJob, prepareDataPatchJob, prepareDataRoiJob, prepareDataSliceJob } from './prepare-data';
import { fromBidsJob } from './prepare-data-from-bids';
import { byEyeJob } from './quality-check/by-eye';
import { compareJob } from './quality-check/compare';
import { qualityPetLinearJob } from './quality-check/pet-linear';
import { qualityT1LinearJob } from './quality-check/t1-linear';
import { qualityT1VolumeJob } from './quality-check/t1-volume';
import { randomSearchJob } from './random-search';
import { trainJob } from './train';
import { trainFromJsonJob } from './train-from-json';
import { trainResumeJob } from './train-resume';
import { tsvtoolsAdapt } from './tsvtools-adapt';
import { tsvtoolsAnalysis } from './tsvtools-analysis';
import { tsvtoolsGetLabels } from './tsvtools-get-labels';
import { tsvtoolsGetMetadata } from './tsvtools-get-metadata';
import { tsvtoolsGetProgression } from './tsvtools-get-progression';
import { tsvtoolsGetlabels } from './tsvtools-getlabels';
import { tsvtoolsKfold } from './tsvtools-kfold';
import { tsvtoolsPrepareExperiment } from './tsvtools-prepare-experiment';
import { tsvtoolsRestrict } from './tsvtools-restrict';
import { tsvtoolsSplit } from './tsvtools-split';

export const jobs = {
  doctor: doctorJob,
  simulate: simulateStudy,
  'generate cohort': generateCohortJob,
  'generate random': generateRandomJob,
  'generate trivial': generateTrivialJob,
  'generate shepplogan': generateShepploganJob,
  'generate hypometabolic': generateHypometabolicJob,
  'generate artifacts': generateArtifactsJob,
  'make-masks': makeMasksJob,
  'add-mask': addMaskJob,
  'play-leak': playLeakJob,
  'prepare-data image': prepareDataImageJob,
  'prepare-data slice': prepareDataSliceJob,
  'prepare-data patch': prepareDataPatchJob,
  'prepare-data roi': prepareDataRoiJob,
  'prepare-data-from-bids image': fromBidsJob('image'),
  'prepare-data-from-bids slice': fromBidsJob('slice'),
  'prepare-data-from-bids patch': fromBidsJob('patch'),
  'prepare-data-from-bids roi': fromBidsJob('roi'),
  'quality-check t1-linear': qualityT1LinearJob,
  'quality-check t1-volume': qualityT1VolumeJob,
  'quality-check pet-linear': qualityPetLinearJob,
  'quality-check by-eye': byEyeJob,
  'quality-check compare': compareJob,
  'tsvtools get-labels': tsvtoolsGetLabels,
  'tsvtools split': tsvtoolsSplit,
  'tsvtools kfold': tsvtoolsKfold,
  'tsvtools prepare-experiment': tsvtoolsPrepareExperiment,
  'tsvtools get-metadata': tsvtoolsGetMetadata,
  'tsvtools get-progression': tsvtoolsGetProgression,
  'tsvtools analysis': tsvtoolsAnalysis,
  'tsvtools adapt': tsvtoolsAdapt,
  'tsvtools restrict': tsvtoolsRestrict,
  'tsvtools getlabels': tsvtoolsGetlabels,
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
  describe: describeJob,
  'leak-check': leakCheckJob,
  'random-search': randomSearchJob,
} as const satisfies { readonly [N in CommandName]: Job<OptionsOf<N>, unknown> };

/** Runs the job of a command. */
export function runJob<N extends CommandName>(command: N, options: OptionsOf<N>, context: JobContext): Promise<unknown> {
  const job = jobs[command] as Job<OptionsOf<N>, unknown>;
  return job(options, context);
}
