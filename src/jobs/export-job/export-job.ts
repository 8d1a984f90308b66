/** @file `export-job`: a training, or an interrupted one, as a folder that ClinicaDL 1.6.1 in Python runs on a cluster. */
import { appError } from '../../base/errors';
import { printExtractionJson } from '../../caps/extraction-json';
import { extractionFileName, extractionPath } from '../../caps/layout';
import { joinPath } from '../../folders/names';
import { readEnvironment, readParameters, splitPrefix } from '../../maps/maps';
import { isFinished } from '../../maps/maps-writer';
import { refusePredictOnly } from '../../maps/predict-only';
import { parseCommandLine } from '../../options/derive/argv';
import { optionsOfMapsJson } from '../../options/derive/maps-json';
import { printConfigToml } from '../../options/derive/toml';
import { quoteWord } from '../../options/derive/words';
import type { ExportJobOptions } from '../../options/export-job';
import { type TrainOptions, taskOfCommand, trainSchema } from '../../options/train';
import { dropoutThere } from '../earlier-training';
import type { Job, JobContext } from '../job-context';
import { writeNew } from '../new-folder';
import { optionsOfLine } from '../options-of-line';
import { planTraining, type Training } from '../plan-training';
import { marksOf } from '../run-record';
import { readSplits } from '../split-tables';
import { mapsPlace, rememberedPath } from '../study-paths';
import {
  capsFolder,
  configFile,
  extractionFolder,
  goOnProgram,
  jobNames,
  jobScript,
  mapsFolder,
  prepareScript,
  readmeFile,
  requirementsFile,
  severalScript,
  splitsFolder,
} from './layout';
import { checkPython, leftOut, type PlannedJob, staysOnProcessor } from './python-limits';
import { readmeText } from './readme';
import { contentInJob, type ResumedMaps, resumedMaps } from './resumed-maps';
import { goOnText, jobText, prepareText, requirements, type ScriptRequest, severalText } from './scripts';
import { masksOf, sessionsRead, tensorsRead } from './study-files';
import { jobTables } from './tables';

export interface ExportedJob {
  readonly path: string;
  /** What the scripts run, without --gpu or --no-gpu. */
  readonly line: string;
  readonly sessions: number;
  readonly files: number;
  readonly bytes: number;
}

/** A file of the job: its content, or where it is copied from. */
interface JobFile {
  readonly path: string;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

const encoder = new TextEncoder();
const text = (path: string, content: string): JobFile => ({ path, read: async () => encoder.encode(content) });

/** What is planned is not done here: nothing is too large, and no device is asked. */
const elsewhere = (context: JobContext): JobContext => ({
  ...context,
  memoryOf: async () => null,
  backend: async () => ({ ...(await context.backend()), half: true }),
});

interface Plan {
  readonly training: Training;
  readonly resumed: ResumedMaps | null;
  /** Splits that were not begun, among which a run had only some. */
  readonly splits: readonly number[];
}

async function planOfLine(line: string, context: JobContext): Promise<Plan> {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run' || taskOfCommand(parsed.command) === undefined) throw appError('job-command', { line });
  const options = await optionsOfLine(line, context.workspace);
  const training = await planTraining({ ...options, amp: false }, elsewhere(context));
  return { training: withAmp(training, options), resumed: null, splits: options.split };
}

/** `amp` is no question for this device. */
const withAmp = (training: Training, { amp }: Pick<TrainOptions, 'amp'>): Training => ({
  ...training,
  options: { ...training.options, amp },
});

/** Throws `maps-folds`, `resume-nothing`, and what reading the MAPS and its study throws. */
async function planOfMaps(path: string, context: JobContext): Promise<Plan> {
  const maps = context.workspace.sub(path);
  await refusePredictOnly(maps, path);
  const remembered = optionsOfMapsJson(await readParameters(maps, path), path, 'resume');
  if ((await splitPrefix(maps)) === 'fold') throw appError('maps-folds', { maps: path }, { where: path });
  const place = await mapsPlace(maps, path);
  const options: TrainOptions = {
    ...remembered,
    dropout: dropoutThere(await readEnvironment(maps), remembered),
    caps_directory: await rememberedPath(remembered.caps_directory, place, context),
    tsv_directory: await rememberedPath(remembered.tsv_directory, place, context),
  };
  const marks = await marksOf(maps);
  const ofRun = [...new Set([...marks.values()].flatMap(({ splits }) => splits))];
  const all = Array.from({ length: Math.max(options.n_splits, 1) }, (_, split) => split);
  const open: number[] = [];
  for (const split of ofRun.length === 0 ? all : ofRun) if (!(await isFinished(maps, split))) open.push(split);
  if (open.length === 0) throw appError('resume-nothing', { maps: path }, { where: path });
  const training = await planTraining({ ...options, amp: false, split: open }, elsewhere(context), { networksIn: maps });
  return {
    training: withAmp(training, options),
    resumed: await resumedMaps(maps, context.signal),
    splits: ofRun.length === 0 ? [] : open,
  };
}

/** Options that 1.6.1 takes from the command line alone, whatever its configuration file says. */
function lineOnly({ adaptive_learning_rate, profiler, save_all_models, nb_unfrozen_layer }: TrainOptions): string {
  const words = [
    ...(adaptive_learning_rate ? ['--adaptive_learning_rate'] : []),
    ...(profiler ? ['--profiler'] : []),
    ...(save_all_models ? ['--save_all_models'] : []),
    ...(nb_unfrozen_layer > 0 ? [`--nb_unfrozen_layer ${nb_unfrozen_layer}`] : []),
  ];
  return words.map((word) => ` ${word}`).join('');
}

/** The options as 1.6.1 reads them. */
function pythonOptions(options: TrainOptions): Readonly<Record<string, unknown>> {
  const { data_augmentation } = options;
  const names = data_augmentation === false ? [] : data_augmentation.filter((name) => name !== 'None');
  return {
    ...options,
    data_augmentation: names.length === 0 ? false : names,
    track_exp: '',
    emissions_calculator: false,
  };
}

function scriptsOf(job: PlannedJob, plan: Plan, images: ExportJobOptions['images']): ScriptRequest {
  const { options } = job.training;
  const extraction = extractionFileName(options.preprocessing_json);
  const splits = plan.splits.map((split) => ` -s ${split}`).join('');
  const train = `train ${options.network_task} ${capsFolder} ${quoteWord(extraction)} ${splitsFolder} ${mapsFolder} -c ${configFile}`;
  return {
    train: plan.resumed === null ? train + lineOnly(options) : null,
    resume: `train resume ${mapsFolder}${splits}`,
    onlyWithGpu: plan.resumed === null && options.amp ? '--amp' : '',
    processorOnly: staysOnProcessor(job),
    multiNetwork: options.multi_network,
    adaptive: options.adaptive_learning_rate,
    readers: Math.max(options.n_proc, 1),
    elsewhere: images === 'copy' ? null : { extraction: plan.resumed === null ? extraction : null },
  };
}

/** What a person should know beside the scripts. */
function notesOf(job: PlannedJob, images: ExportJobOptions['images']): string[] {
  const { options, study } = job.training;
  return [
    ...leftOut(options),
    ...(options.save_all_models
      ? ['save_all_models: 1.6.1 keeps the state of the optimiser of each epoch only, and not its network.']
      : []),
    ...(options.network_task === 'reconstruction' && !options.normalize
      ? ['1.6.1 stops at images with values beyond −1 and 1, of which it cannot compute the PSNR: use --normalize for such.']
      : []),
    ...(options.loss === 'VAEContinuousBernoulliLoss'
      ? ['With VAEContinuousBernoulliLoss, 1.6.1 multiplies the divergence by recons_weight and the reconstruction by kl_weight.']
      : []),
    ...(staysOnProcessor(job)
      ? [`${options.architecture} is trained on the processor: 1.6.1 cannot move it to a graphics card.`]
      : []),
    ...(study.extraction.prepare_dl
      ? [
          images === 'copy'
            ? 'Whole images come along with the saved elements: 1.6.1 looks for both.'
            : 'Have the tensors of whole images beside the saved elements: 1.6.1 looks for both.',
        ]
      : []),
  ];
}

export const exportJobJob: Job<ExportJobOptions, ExportedJob> = async (options, context) => {
  const { workspace, signal } = context;
  const { output_directory: path, line, maps, images } = options;
  const plan = maps === null ? await planOfLine(line ?? '', context) : await planOfMaps(maps, context);
  const { training, resumed } = plan;
  const { options: trained, study } = training;
  // Of several cohorts nothing is taken: they are refused below.
  const caps = workspace.sub(training.caps[0].path);
  const diagnoses = await readSplits(workspace, training.cohorts, { ...trained, label: 'diagnosis' });
  const masks = await masksOf(caps, study.extraction);
  const job: PlannedJob = { training, diagnoses, masks, resumes: resumed !== null };
  checkPython(job);
  const sessions = sessionsRead(training);
  const request = scriptsOf(job, plan, images);
  const command = `clinicadl ${request.train ?? request.resume}`;
  const notes = notesOf(job, images);
  for (const note of notes) context.log(note);

  const files: JobFile[] = [];
  const copy = (from: string, to = joinPath(capsFolder, from)): void => {
    files.push({ path: to, read: () => caps.read(from) });
  };
  const extraction = printExtractionJson(study.extraction);
  const extractionName = extractionFileName(trained.preprocessing_json);
  if (images === 'copy') {
    const { train, validation } = training.tables[training.splits[0]];
    const { elementIds } = await study.open([...train, ...validation].slice(0, 1), training.labels);
    for (const tensor of await tensorsRead({ caps, path: training.caps[0].path }, sessions, study.extraction, elementIds, signal))
      copy(tensor);
    for (const mask of masks) copy(mask);
    if ((await caps.kindOf('dataset_description.json')) === 'file') copy('dataset_description.json');
    files.push(text(joinPath(capsFolder, extractionPath(extractionName)), extraction));
  } else files.push(text(joinPath(extractionFolder, extractionName), extraction));
  for (const table of await jobTables(job, workspace)) files.push({ path: table.path, read: async () => table.bytes });
  if (resumed === null) files.push(text(configFile, printConfigToml(trainSchema(trained.network_task), pythonOptions(trained))));
  else {
    const from = workspace.sub(maps ?? '');
    for (const file of resumed.files)
      files.push({ path: joinPath(mapsFolder, file), read: async () => contentInJob(file, await from.read(file)) });
  }
  const readme = readmeText({
    version: context.version,
    line: command,
    stopped: resumed?.stopped ?? null,
    copied: images === 'copy',
    sessions: sessions.length,
    architecture: training.network.architecture,
    notes,
  });
  files.push(
    text(requirementsFile, requirements(request)),
    text(prepareScript, prepareText(request)),
    text(goOnProgram, goOnText()),
    text(jobScript, jobText(request)),
    ...(request.processorOnly ? [] : [text(severalScript, severalText(request))]),
    text(readmeFile, readme),
  );
  const folder = { path, what: 'A job', ownNames: jobNames };
  const bytes = await writeNew(folder, context, () => writeEach(path, files, context));
  context.log(`${path}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, of ${sessions.length} sessions.`);
  context.log(`There: ${command}`);
  return { path, line: command, sessions: sessions.length, files: files.length, bytes };
};

/** One file after the other, so that no more than one is in memory; the bytes written. */
async function writeEach(path: string, files: readonly JobFile[], { workspace, signal, report }: JobContext): Promise<number> {
  let bytes = 0;
  for (const [done, file] of files.entries()) {
    signal.throwIfAborted();
    report({ stage: 'copy', done, total: files.length, unit: 'files' });
    const content = await file.read();
    bytes += content.length;
    await workspace.write(joinPath(path, file.path), content);
  }
  return bytes;
}
