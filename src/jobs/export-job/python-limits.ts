/**
 * @file What ClinicaDL 1.6.1 in Python cannot do of what can be done here: a job for it is refused by name before anything is written.
 * Seen by running it.
 */
import { appError } from '../../base/errors';
import { reducedShape } from '../../images/transforms';
import type { TrainOptions } from '../../options/train';
import { isNetworkName, type NetworkRow, networkRow } from '../../vocabulary/networks';
import { isOwnNetwork } from '../own-network-file';
import type { Training } from '../plan-training';
import type { SplitRows } from '../split-tables';

export interface PlannedJob {
  readonly training: Training;
  /** The tables with the diagnosis of each session as label. */
  readonly diagnoses: readonly SplitRows[];
  /** Paths of the masks of regions in the CAPS. */
  readonly masks: readonly string[];
  /** It goes on with a MAPS: outputs and label code are in its maps.json. */
  readonly resumes: boolean;
}

interface Limit {
  /** The end of "ClinicaDL 1.6.1 cannot do this training:". */
  readonly reason: string;
  /** What to do instead; an imperative. */
  readonly way: string;
}

type Rule = (job: PlannedJob) => Limit | false;

const wholeImage = [1, 169, 208, 179] as const;
const otherNetwork = 'choose another network with --architecture';
const size = (shape: readonly number[]): string => shape.join(' × ');

/** What the list of networks says of the one that is trained. */
function rowOf({ training }: PlannedJob): NetworkRow {
  const { architecture } = training.network;
  return isNetworkName(architecture)
    ? networkRow(architecture)
    : { summary: '', tasks: [], dimensions: [], exampleSize: '', uses: [] };
}

const networks: Rule = (job) => {
  const { network, options } = job.training;
  if (isOwnNetwork(network.architecture))
    return {
      reason: `"${options.architecture}" is a network of one’s own, for which it has no class`,
      way: 'choose one of ClinicaDL’s networks with --architecture',
    };
  const { inPython } = rowOf(job);
  if (inPython === undefined || inPython === 'stays on the processor') return false;
  return { reason: `its class ${network.architecture} ${inPython}`, way: otherNetwork };
};

const sizes: Rule = (job) => {
  const { network, options } = job.training;
  const { fixedInPython, reducedInPython } = rowOf(job);
  const factor = options.size_reduction_factor;
  const expected = fixedInPython?.inputSize ?? (reducedInPython ? reducedShape(wholeImage, factor) : network.inputSize);
  if (size(expected) === size(network.inputSize)) return false;
  const why = reducedInPython ? `, which follow from size_reduction_factor ${factor}` : '';
  return {
    reason: `its ${network.architecture} takes inputs of ${size(expected)}${why}, and these are ${size(network.inputSize)}`,
    way: otherNetwork,
  };
};

const outputs: Rule = (job) => {
  const { fixedInPython } = rowOf(job);
  const { network, tables, options } = job.training;
  const wanted = network.outputSize;
  if (fixedInPython !== undefined && wanted !== fixedInPython.outputs)
    return {
      reason: `its ${network.architecture} has ${fixedInPython.outputs} outputs, and ${wanted} are needed`,
      way: otherNetwork,
    };
  if (options.network_task !== 'classification' || job.resumes) return false;
  const labels = new Set(tables[0].train.map(({ label }) => label)).size;
  if (labels === wanted) return false;
  return {
    reason: `it gives a network one output for each of the ${labels} labels, and label_code asks for ${wanted}`,
    way: 'put one name for labels that are one into the tables, and leave label_code away',
  };
};

const dropout: Rule = (job) => {
  const { dropout: given } = job.training.options;
  const { fixedInPython, ownDropout } = rowOf(job);
  if (fixedInPython === undefined || given === null || given === ownDropout) return false;
  return {
    reason: `its ${job.training.network.architecture} always has a dropout of ${ownDropout}`,
    way: 'leave --dropout away',
  };
};

const pretrained: Rule = ({ training: { options } }) =>
  options.pretrained !== null && {
    reason: 'it has no --pretrained; its resnet18 begins with the public weights, which it downloads itself',
    way: 'leave --pretrained away',
  };

const transfer: Rule = ({ training: { options } }) =>
  options.transfer_path !== false && {
    reason: `the job does not hold the MAPS "${options.transfer_path}" that the weights come from`,
    way: 'leave --transfer_path away',
  };

const multi: Rule = ({ resumes, training: { options } }) =>
  resumes && options.multi_network && { reason: 'it cannot resume a training of several networks', way: 'go on with it here' };

const domains: Rule = ({ training: { options } }) =>
  options.ssda_network && { reason: '--ssda_network fails at its start', way: 'leave --ssda_network away' };

const cohorts: Rule = ({ training: { options } }) =>
  options.multi_cohort && { reason: '--multi_cohort fails when it reads the splits', way: 'train on one CAPS' };

const sampler: Rule = ({ training: { options, elementsPerImage } }) => {
  if (options.sampler !== 'weighted') return false;
  const way = 'leave --sampler away';
  if (options.network_task === 'regression') return { reason: 'its weighted sampler fails in a regression', way };
  const votes = elementsPerImage > 1 && !options.multi_network;
  return votes && { reason: 'after a weighted sampler its vote of several elements fails', way };
};

const perClass: readonly string[] = ['BA', 'F1_score', 'sensitivity', 'specificity', 'PPV', 'NPV'];
const unselectable: readonly string[] = ['MCC', 'MK', 'LR_plus', 'LR_minus', 'R2_score'];

const selection: Rule = ({ training: { options, network } }) => {
  const isMulticlass = options.network_task === 'classification' && network.outputSize > 2;
  const wrong = options.selection_metrics.filter(
    (name) => unselectable.includes(name) || (isMulticlass && perClass.includes(name)),
  );
  if (wrong.length === 0) return false;
  const among = isMulticlass ? ' among more than two labels' : '';
  return { reason: `it cannot choose a network by ${wrong.join(', ')}${among}`, way: 'choose --selection_metrics loss' };
};

const slices: Rule = ({ training: { options, study } }) => {
  const { extraction } = study;
  const isPlain = extraction.mode === 'slice' && extraction.slice_mode === 'single';
  return (
    options.network_task === 'reconstruction' &&
    isPlain && { reason: 'its SSIM fails for slices of one channel', way: 'prepare slices with --slice_mode rgb' }
  );
};

const masks: Rule = ({ masks: paths, training: { study } }) => {
  const { extraction } = study;
  if (extraction.mode !== 'roi') return false;
  const isBare = extraction.preprocessing === 'custom' && (extraction.roi_custom_mask_pattern ?? '') === '';
  if (isBare)
    return { reason: 'it needs a pattern for the names of custom masks', way: 'prepare with --roi_custom_mask_pattern' };
  const other = paths.find((path) => !path.includes('_desc-Crop_'));
  return (
    other !== undefined && {
      reason: `it looks for masks with _desc-Crop_ in their names only, and "${other}" has none`,
      way: 'prepare cropped images, with masks for them',
    }
  );
};

const labels: Rule = ({ training: { options, tables }, diagnoses }) => {
  const isNumber = (splits: readonly SplitRows[]): boolean =>
    splits.some(({ train, validation }) => [...train, ...validation].some((row) => row.labelIsNumber === true));
  const way = 'write words in place of the numbers into the tables';
  if (isNumber(diagnoses)) return { reason: 'it finds no diagnosis that is a number', way };
  const isClass = options.network_task === 'classification';
  return isClass && isNumber(tables) && { reason: `it cannot tell labels that are numbers, as in "${options.label}"`, way };
};

const rules: readonly Rule[] = [
  ...[networks, sizes, outputs, dropout, pretrained, transfer, multi, domains],
  ...[cohorts, sampler, selection, slices, masks, labels],
];

/** Throws `job-impossible` with everything that 1.6.1 cannot do. */
export function checkPython(job: PlannedJob): void {
  const limits = rules.flatMap((rule) => rule(job) || []);
  if (limits.length === 0) return;
  const ways = [...new Set(limits.map(({ way }) => way))].join(', and ');
  throw appError('job-impossible', { reason: limits.map(({ reason }) => reason).join('; '), way: ways });
}

/** True for a network that 1.6.1 trains on the processor alone. */
export const staysOnProcessor = (job: PlannedJob): boolean => rowOf(job).inPython === 'stays on the processor';

/** Options that 1.6.1 takes and that do something else there, or nothing: told, and left out of the job. */
export function leftOut(options: TrainOptions): string[] {
  const told: string[] = [];
  if (options.track_exp !== '')
    told.push(
      `track_exp = ${options.track_exp}: 1.6.1 would send the course of the training to a service; the job sends nothing.`,
    );
  if (options.emissions_calculator)
    told.push('emissions_calculator: 1.6.1 needs another program for it; the job does not calculate emissions.');
  return told;
}
