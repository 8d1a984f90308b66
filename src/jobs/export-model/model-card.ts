/** @file `model_card.md`: what a model is, on whom it was trained, how well it does, and how to predict with it. */
import type { ExtractionJson } from '../../caps/extraction-json';
import type { MetricRecord } from '../../maps/metrics-file';
import type { TrainedOn } from '../../maps/predict-only';
import type { TrainingSummary } from '../../maps/training-summary';
import type { Network } from '../../networks/graph';
import type { TrainOptions } from '../../options/train';
import { metricRow } from '../../vocabulary/metrics';
import { isNetworkName, networkRow } from '../../vocabulary/networks';
import { isOwnNetwork } from '../own-network-file';
import { prepareLine } from '../prepare-line';
import { classNames } from '../result-view';
import type { Measured } from './measured';
import { extractionName } from './neutral';

export interface CardRequest {
  readonly version: string;
  readonly training: TrainOptions;
  readonly network: Network;
  readonly extraction: ExtractionJson;
  readonly models: readonly { readonly split: number; readonly selection: string; readonly networks: number }[];
  readonly trainedOn: readonly TrainedOn[];
  /** Of the first model that has one. */
  readonly summary: TrainingSummary | null;
  readonly measured: readonly Measured[];
  readonly identifiers: boolean;
  /** The networks began with those of another MAPS. */
  readonly began: boolean;
  /** Of a model that was handed over before, without the results of its training. */
  readonly handedOn: boolean;
}

const figure = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–');
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

const inputNames = {
  image: 'whole images',
  patch: 'patches of images',
  roi: 'regions of images',
  slice: 'slices of images',
} as const;

function whatItIs({ training, network, extraction }: CardRequest): string[] {
  const { inputSize } = network;
  const outputs = {
    classification: `the labels ${classNames(training.label_code, network.outputSize)
      .map((name) => `"${name}"`)
      .join(', ')} of the column "${training.label}", in the order of its outputs`,
    regression: `the number "${training.label}"`,
    reconstruction: 'its input again',
  };
  return [
    `- Network: ${network.architecture}, for ${training.network_task}.`,
    `- It gives ${outputs[training.network_task]}.`,
    `- Input: ${inputNames[extraction.mode]} preprocessed with ${extraction.preprocessing}, ${inputSize.join(' × ')} (channels first), ${
      training.normalize ? 'each scaled to 0…1 by its own minimum and maximum' : 'with the intensities that they have'
    }${training.size_reduction ? `, reduced by ${training.size_reduction_factor}` : ''}.`,
    `- Images: \`${extraction.file_type.pattern}\`.`,
  ];
}

function trainedOnText({ training, trainedOn, summary, began }: CardRequest): string[] {
  const rows = trainedOn.flatMap(({ split, images, participants, labels, numbers }): string[][] => {
    const head = [String(split), String(participants), String(images)];
    if (labels !== null)
      return labels.map(({ label, images: own }) => [...head, label, String(own), `${((100 * own) / images).toFixed(1)} %`]);
    if (numbers === null) return [[...head, '', '', '']];
    return [[...head, `mean ${figure(numbers.mean)}`, `${figure(numbers.least)} to ${figure(numbers.greatest)}`, '']];
  });
  const isNumber = training.network_task === 'regression';
  const header = [
    'split',
    'participants',
    'images',
    isNumber ? `${training.label}` : 'label',
    isNumber ? 'range' : 'images with it',
    'share',
  ];
  return [
    rows.length === 0 ? 'The MAPS has no tables of its training sets.' : table(header, rows),
    '',
    ...(training.ssda_network
      ? ['It learnt from a second data set, too (domain adaptation): these figures are of the one that it predicts.', '']
      : []),
    ...(summary?.simulated === true
      ? ['**Its images were simulated: no real person is among them, and it is of no use for real ones.**', '']
      : []),
    ...(began ? ['Its networks began with those of another training, whose people they have seen, too.', ''] : []),
    ...(summary === null
      ? [
          'A summary of the training images was not stored: the training was done by another program or an older version, or none of its inputs had numbers alone.',
        ]
      : summaryText(summary)),
  ];
}

function summaryText({ shape, voxel_size, inputs, normalized, intensity, features }: TrainingSummary): string[] {
  const columns = intensity.probabilities.map((p) => `${Number((100 * p).toPrecision(6))} %`);
  return [
    `Grid of an input: ${shape.join(' × ')}; voxels of ${voxel_size === null ? 'unknown size' : `${voxel_size.map(figure).join(' × ')} mm`}.`,
    '',
    `Quantiles of the voxels of each of its ${inputs} inputs${normalized ? ', after scaling to 0…1' : ''} (first model; the others are in training_summary.json):`,
    '',
    table(
      ['over inputs', ...columns],
      [
        ['mean', ...intensity.mean.map(figure)],
        ['least', ...intensity.least.map(figure)],
        ['greatest', ...intensity.greatest.map(figure)],
      ],
    ),
    '',
    features === null
      ? 'Its features were not summarised: it has no last linear layer and no code, or too many features, or some that are no numbers.'
      : `Mean and standard deviation of ${features.mean.length} features (${features.of}) are in training_summary.json.`,
  ];
}

function range({ lower, upper }: MetricRecord): string {
  return lower === null || upper === null ? '' : ` (${figure(lower)} to ${figure(upper)})`;
}

/** What a 0 stands for in the files of ClinicaDL, of metrics that are shown with one. */
function zeros(networks: Measured['networks']): string[] {
  const names = networks
    .flat()
    .flatMap(({ name, value }) => (value === 0 && metricRow(name.replace(/-\d+$/, ''))?.unselectable ? [name] : []));
  return names.length === 0 ? [] : [`${[...new Set(names)].join(' and ')}: 0 stands for infinite or undefined, too.`, ''];
}

function resultText({ split, selection, group, level, networks, shared }: Measured): string[] {
  const who =
    group === 'train'
      ? 'its own training set: too good for new people'
      : group === 'validation'
        ? 'the validation set, by which it was chosen'
        : shared === null
          ? 'whether it shares people with the training is not known'
          : shared > 0
            ? `${shared} of its participants were in the training: too good for new people`
            : 'nobody of it was in the training';
  const title = `**Split ${split}, best ${selection}, group "${cell(group)}", ${level} level** (${who}):`;
  if (networks.length === 1) {
    const [metrics] = networks;
    return [
      title,
      '',
      table(
        metrics.map(({ name }) => name),
        [metrics.map((one) => `${figure(one.value)}${range(one)}`)],
      ),
      '',
      ...zeros(networks),
    ];
  }
  const [first = []] = networks;
  const rows = networks.map((metrics, i) => [String(i), ...metrics.map((one) => `${figure(one.value)}${range(one)}`)]);
  return [title, '', table(['network', ...first.map(({ name }) => name)], rows), '', ...zeros(networks)];
}

/** What ClinicaDL 1.6.1 makes of the folder, seen by running it. */
function inPython({ network, extraction, training, identifiers }: CardRequest): string[] {
  const { architecture } = network;
  const row = isNetworkName(architecture) ? networkRow(architecture) : undefined;
  if (isOwnNetwork(training.architecture))
    return ['ClinicaDL in Python has no class for this network, which is described in network.json.'];
  if (row?.inPython !== undefined && row.inPython !== 'stays on the processor')
    return [`ClinicaDL 1.6.1 in Python cannot: its ${architecture} ${row.inPython}.`];
  const vote =
    extraction.mode === 'image' ? '' : ` It then predicts each ${extraction.mode}, and makes no result of the image from them.`;
  return [
    'With ClinicaDL 1.6.1 in Python:',
    '',
    '```',
    `clinicadl predict FOLDER NEW_NAME --caps_directory CAPS --participants_tsv TABLE${identifiers ? '' : ' --skip_leak_check'}`,
    '```',
    '',
    identifiers
      ? 'It checks that nobody of the group was in the training.'
      : `Without \`--skip_leak_check\` it stops: it would look for the training list, which was left out.${vote}`,
  ];
}

export function modelCard(request: CardRequest): string {
  const { version, network, training, extraction, models, measured, identifiers, handedOn } = request;
  const place = { caps_directory: 'CAPS', subjects_sessions_tsv: null, extract_json: extractionName };
  const list = identifiers
    ? 'The folder names the participants of the training (groups/), so that the leak check can be made. Hand it only to people who may know them.'
    : 'No participant of the training is named. The leak check therefore answers "cannot be made: the training list was left out". Figures of very few people may still tell something about them.';
  return `${[
    `# ${network.architecture}, trained for ${training.network_task}`,
    '',
    '**Not a medical device: for research and teaching only.** No result of it may decide about a patient.',
    '',
    `Written by clinicadl-web ${version}. ${list}`,
    '',
    '## What it is',
    '',
    ...whatItIs(request),
    ...models.map(
      ({ split, selection, networks }) =>
        `- Split ${split}, best ${selection}: ${networks === 1 ? 'one network' : `${networks} networks, one for each ${extraction.mode}`}.`,
    ),
    '',
    '## What it was trained on',
    '',
    ...trainedOnText(request),
    '',
    '## How well it does',
    '',
    ...(handedOn
      ? [
          'This model was handed over before: the metrics of its training, if it has any, are in the model card that it came with.',
          '',
        ]
      : []),
    ...(measured.length === 0
      ? handedOn
        ? []
        : ['The MAPS holds no metrics.', '']
      : [
          'Values with 95 % bootstrap intervals, where there are some. The loss is summed over batches, as ClinicaDL writes it.',
          '',
        ]),
    ...measured.flatMap(resultText),
    '## How to predict with it',
    '',
    'Images have to be preprocessed as those of the training, and prepared by',
    '',
    '```',
    prepareLine(extraction, place),
    '```',
    '',
    'Here, with this folder beside the CAPS; TABLE lists participants and sessions (`--no_labels` where their labels are not known):',
    '',
    '```',
    'clinicadl predict FOLDER NEW_NAME --caps_directory CAPS --participants_tsv TABLE',
    '```',
    '',
    ...inPython(request),
  ].join('\n')}\n`;
}
