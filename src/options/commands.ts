/** @file The command vocabulary: what can be run, and ClinicaDL's commands that cannot be run here yet. */
import { describe } from './describe';
import { doctor } from './doctor';
import { checkExportJob, exportJob } from './export-job';
import { exportModel } from './export-model';
import { exportOnnx } from './export-onnx';
import type { Schema, Values } from './field';
import {
  checkArtifacts,
  checkHypometabolic,
  checkShepplogan,
  checkSource,
  checkTrivial,
  generateArtifacts,
  generateHypometabolic,
  generateRandom,
  generateShepplogan,
  generateTrivial,
} from './generate';
import { checkCohort, generateCohort } from './generate-cohort';
import { importResults } from './import-results';
import { checkInterpret, interpret } from './interpret';
import { leakCheck } from './leak-check';
import { listModels } from './list-models';
import { addMask, makeMasks } from './masks';
import { playLeak } from './play-leak';
import { checkPredict, predict } from './predict';
import { checkPrepareData, prepareDataImage, prepareDataPatch, prepareDataRoi, prepareDataSlice } from './prepare-data';
import { bidsImage, bidsPatch, bidsRoi, bidsSlice, checkFromBids } from './prepare-data-from-bids';
import { checkByEye, qualityByEye, qualityCompare, qualityPetLinear, qualityT1Linear, qualityT1Volume } from './quality-check';
import { randomSearch } from './random-search';
import { simulate } from './simulate';
import { checkTrain, trainClassification, trainReconstruction, trainRegression } from './train';
import { trainFromJson } from './train-from-json';
import { trainResume } from './train-resume';
import { tsvtoolsAdaptSchema } from './tsvtools-adapt';
import { tsvtoolsAnalysisSchema } from './tsvtools-analysis';
import { tsvtoolsGetLabelsSchema } from './tsvtools-get-labels';
import { tsvtoolsGetMetadataSchema } from './tsvtools-get-metadata';
import { tsvtoolsGetProgressionSchema } from './tsvtools-get-progression';
import { tsvtoolsGetlabelsOlderSchema } from './tsvtools-getlabels';
import { tsvtoolsKfoldSchema } from './tsvtools-kfold';
import { checkPrepareExperiment, tsvtoolsPrepareExperimentSchema } from './tsvtools-prepare-experiment';
import { tsvtoolsRestrictSchema } from './tsvtools-restrict';
import { tsvtoolsSplitSchema } from './tsvtools-split';

export interface Command<S extends Schema = Schema> {
  /** One sentence for help texts, menus and the guide. */
  readonly summary: string;
  readonly schema: S;
  /** Rules that join two options; throws OptionsError. */
  check?(options: Values<S>): void;
}

function command<S extends Schema>(summary: string, schema: S, check?: (options: Values<S>) => void): Command<S> {
  return check === undefined ? { summary, schema } : { summary, schema, check };
}

/** By name: the words after `clinicadl`, joined by a blank. */
export const commands = {
  doctor: command('Look through a folder, name what is wrong with it, and write mended copies.', doctor),
  simulate: command('Make the sample study: simulated brains in a CAPS, with labels.', simulate),
  'generate cohort': command(
    'Simulate a cohort with sites, sessions and twins, and the truth about each brain.',
    generateCohort,
    checkCohort,
  ),
  'generate random': command('Make two classes that nothing tells apart: one image with noise.', generateRandom, checkSource),
  'generate trivial': command('Make two classes that lose intensity in different regions.', generateTrivial, checkTrivial),
  'generate shepplogan': command(
    'Make slices of phantoms, in two classes of three subtypes.',
    generateShepplogan,
    checkShepplogan,
  ),
  'generate hypometabolic': command(
    'Make PET images that lose uptake in the regions of a disease.',
    generateHypometabolic,
    checkHypometabolic,
  ),
  'generate artifacts': command('Add motion, contrast and noise to images.', generateArtifacts, checkArtifacts),
  'make-masks': command('Write box masks of both hippocampi into a CAPS.', makeMasks),
  'add-mask': command('Check a region mask against the images, and put it into a CAPS.', addMask),
  'play-leak': command('Play one of the five ways in which data leak, honest and leaking, where the truth is 0.5.', playLeak),
  'prepare-data image': command('Write whole images as tensors.', prepareDataImage, (options) =>
    checkPrepareData({ mode: 'image', options }),
  ),
  'prepare-data slice': command('Cut images into slices.', prepareDataSlice, (options) =>
    checkPrepareData({ mode: 'slice', options }),
  ),
  'prepare-data patch': command('Cut images into cubic patches.', prepareDataPatch, (options) =>
    checkPrepareData({ mode: 'patch', options }),
  ),
  'prepare-data roi': command('Cut regions of interest out of images.', prepareDataRoi, (options) =>
    checkPrepareData({ mode: 'roi', options }),
  ),
  'prepare-data-from-bids image': command('Write raw images of a BIDS folder as tensors.', bidsImage, (options) =>
    checkFromBids({ mode: 'image', options }),
  ),
  'prepare-data-from-bids slice': command('Cut raw images of a BIDS folder into slices.', bidsSlice, (options) =>
    checkFromBids({ mode: 'slice', options }),
  ),
  'prepare-data-from-bids patch': command('Cut raw images of a BIDS folder into cubic patches.', bidsPatch, (options) =>
    checkFromBids({ mode: 'patch', options }),
  ),
  'prepare-data-from-bids roi': command('Cut regions of interest out of raw images of a BIDS folder.', bidsRoi, (options) =>
    checkFromBids({ mode: 'roi', options }),
  ),
  'quality-check t1-linear': command('Let a network judge how images were registered.', qualityT1Linear),
  'quality-check t1-volume': command('Measure maps of grey matter, and keep what looks sound.', qualityT1Volume),
  'quality-check pet-linear': command('Measure how far PET images reach beyond the brain.', qualityPetLinear),
  'quality-check by-eye': command('Look at three slices of each image, and accept or reject it.', qualityByEye, checkByEye),
  'quality-check compare': command('Tell how far two raters agree.', qualityCompare),
  'tsvtools get-labels': command('Choose the sessions of a study, with their labels.', tsvtoolsGetLabelsSchema),
  'tsvtools split': command('Divide participants into a training set and a test or validation set.', tsvtoolsSplitSchema),
  'tsvtools kfold': command('Divide participants into folds for cross-validation.', tsvtoolsKfoldSchema),
  'tsvtools prepare-experiment': command(
    'Keep a test set apart, then make folds or a validation set of the rest.',
    tsvtoolsPrepareExperimentSchema,
    checkPrepareExperiment,
  ),
  'tsvtools get-metadata': command('Add columns of another table to a table of sessions.', tsvtoolsGetMetadataSchema),
  'tsvtools get-progression': command('Tell how the diagnosis of each session goes on.', tsvtoolsGetProgressionSchema),
  'tsvtools analysis': command('Describe the participants of each diagnosis: age, sex, scores.', tsvtoolsAnalysisSchema),
  'tsvtools adapt': command('Make the tables of today out of those of ClinicaDL 1.1.1 and older.', tsvtoolsAdaptSchema),
  'tsvtools restrict': command('Leave out rows of AIBL or OASIS, as ClinicaDL 1.1.1 did.', tsvtoolsRestrictSchema),
  'tsvtools getlabels': command(
    'Choose sessions by stable labels and by what becomes of MCI, as ClinicaDL 1.1.1 did.',
    tsvtoolsGetlabelsOlderSchema,
  ),
  'train classification': command('Train a network to tell labels.', trainClassification, (options) =>
    checkTrain('classification', options),
  ),
  'train regression': command('Train a network to tell a number, such as the age.', trainRegression, (options) =>
    checkTrain('regression', options),
  ),
  'train reconstruction': command('Train a network to give its images back.', trainReconstruction, (options) =>
    checkTrain('reconstruction', options),
  ),
  'train resume': command('Go on with a training that was interrupted.', trainResume),
  'train from_json': command('Repeat a training with the parameters that its maps.json tells.', trainFromJson),
  'train list_models': command('List the networks, or describe one.', listModels),
  'import-results': command('Make a MAPS of a result folder of ClinicaDL 0.2.', importResults),
  predict: command('Apply trained networks to a group of participants.', predict, checkPredict),
  interpret: command('Map what trained networks look at in the images of a group.', interpret, checkInterpret),
  'export-job': command('Write a training as a folder for a cluster that has ClinicaDL in Python.', exportJob, checkExportJob),
  'export-model': command('Write a folder to predict with, which names nobody of the training.', exportModel),
  'export-onnx': command('Write a trained network as an ONNX file, for other programs.', exportOnnx),
  describe: command('Write the methods paragraph of a training or an extraction, with its references.', describe),
  'leak-check': command('Look for every way in which data leak, in a MAPS or in tables.', leakCheck),
  'random-search': command('Draw a network and how it is trained, and train it.', randomSearch),
} as const;

export type CommandName = keyof typeof commands;
/** The options of a command; of a union of names, the union of their options. */
export type OptionsOf<N extends CommandName> = N extends CommandName ? Values<(typeof commands)[N]['schema']> : never;

export const commandNames = Object.keys(commands) as readonly CommandName[];

/** The command with its types forgotten, for code that treats all alike. */
export function commandOf(name: CommandName): Command {
  return commands[name] as Command;
}

/** Commands of ClinicaDL 1.6.1, with what to use instead. A name stands for all that begin with it. */
export const unavailableCommands: Readonly<Record<string, string>> = {
  'hugging-face':
    'this line with ClinicaDL in Python, beside a copy of the MAPS (Results, "Download MAPS as zip"): nothing leaves this computer from here',
};
