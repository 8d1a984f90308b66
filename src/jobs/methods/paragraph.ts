/** @file The methods paragraph of an extraction or a training: sentences of what the files say, and nothing else. */
import type { ExtractionJson } from '../../caps/extraction-json';
import { type ReferenceKey, references } from './references';

export interface SetSize {
  readonly name: string;
  readonly participants: number;
  readonly sessions: number;
}

export interface TrainingFacts {
  /** Of maps.json, as it stands there. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly environment: string;
  /** `train of split 0`, `validation of split 0`, … */
  readonly sets: readonly SetSize[];
  readonly groups: readonly SetSize[];
  /** Results of images were joined from those of their elements. */
  readonly isJoined: boolean;
  /** Programs that predicted, as the run journal names them. */
  readonly predictedBy: readonly string[];
}

export interface MethodsFacts {
  readonly extraction: ExtractionJson | null;
  /** dataset_description.json of the CAPS says that Clinica wrote it. */
  readonly ofClinica: boolean;
  /** It says that the images are simulated. */
  readonly isSimulated: boolean;
  /** Null: an extraction alone. */
  readonly training: TrainingFacts | null;
}

export interface Paragraph {
  readonly text: string;
  readonly cited: readonly ReferenceKey[];
}

/** Collects what is cited, in the order of the text. */
class Citations {
  readonly keys: ReferenceKey[] = [];
  cite(...keys: readonly ReferenceKey[]): string {
    for (const key of keys) if (!this.keys.includes(key)) this.keys.push(key);
    return `(${keys.map((key) => references[key].cited).join('; ')})`;
  }
}

const linesOf = (environment: string, name: string): string[] =>
  [...environment.matchAll(new RegExp(`^${name}==(.+)$`, 'gm'))].map(([, value]) => value);

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
const sizeText = ({ name, participants, sessions }: SetSize): string =>
  `${name}: ${many(participants, 'participant')}, ${many(sessions, 'session')}`;

/** Who trained: this program with engine and device, or Python, or both. */
function programText(environment: string, citations: Citations): string {
  const engines = linesOf(environment, 'backend');
  const adapters = linesOf(environment, 'adapter');
  const own = linesOf(environment, 'clinicadl-web').map((version) => {
    const devices = engines.map((engine, i) => `${engine} on ${adapters[i] ?? 'a device that is not told'}`);
    return `ClinicaDL for the browser (clinicadl-web) ${version}${devices.length === 0 ? '' : `, with the engine ${devices.join(', then ')}`}`;
  });
  const [python] = linesOf(environment, 'clinicadl');
  const [torch] = linesOf(environment, 'torch');
  const method = `the method of ClinicaDL ${citations.cite('ThibeauSutre2022')}`;
  const original =
    torch === undefined && python === undefined
      ? []
      : [
          `ClinicaDL${python === undefined ? '' : ` ${python}`} in Python${torch === undefined ? '' : ` with PyTorch ${torch} ${citations.cite('Paszke2019')}`}`,
        ];
  const programs = [...own, ...original];
  if (programs.length === 0)
    return `Networks were trained by ${method}; which program and version did it the MAPS does not tell.`;
  return `Networks were trained with ${programs.join(' and ')}, by ${method}.`;
}

const elementNames = { image: 'images', patch: 'patches', roi: 'regions', slice: 'slices' } as const;
const axes = ['sagittal', 'coronal', 'axial'];

/** What the network gets of the images. */
function elementsText(extraction: ExtractionJson, images: string): string {
  switch (extraction.mode) {
    case 'image':
      return `Whole ${images} were used`;
    case 'patch':
      return `Patches of ${extraction.patch_size} voxels along each axis were cut out of ${images} with a stride of ${extraction.stride_size}`;
    case 'slice': {
      const axis = axes[extraction.slice_direction] ?? `axis ${extraction.slice_direction}`;
      const discarded = extraction.discarded_slices.join(' and ');
      return `${axis[0].toUpperCase()}${axis.slice(1)} slices (${extraction.slice_mode}) were cut out of ${images}; discarded at the ends: ${discarded}`;
    }
    case 'roi':
      return `The regions ${extraction.roi_list.join(', ')} were cut out of ${images}`;
  }
}

function imagesText({ extraction, ofClinica, isSimulated }: MethodsFacts, citations: Citations): string[] {
  if (extraction === null) return [];
  const { preprocessing, use_uncropped_image: uncropped, tracer, suvr_reference_region: region } = extraction;
  const details = [
    uncropped === true ? 'uncropped' : uncropped === false ? 'cropped' : '',
    tracer ? `tracer ${tracer}` : '',
    region ? `reference region ${region}` : '',
    extraction.dti_measure ? `measure ${extraction.dti_measure}` : '',
    extraction.dti_space ? `space ${extraction.dti_space}` : '',
  ].filter(Boolean);
  const images = `images of ${preprocessing}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
  return [
    ...(isSimulated ? ['The images are simulated: no real person is in this data set.'] : []),
    ...(ofClinica ? [`Images were preprocessed with Clinica ${citations.cite('Routier2021')}.`] : []),
    `${elementsText(extraction, images)}.`,
  ];
}

type Parameters = Readonly<Record<string, unknown>>;

/** Networks that the study of 2020 evaluated. */
const ofWen: readonly unknown[] = ['Conv5_FC3', 'Conv4_FC3', 'resnet18'];

function networkText(p: Parameters, citations: Citations): string[] {
  const architecture = typeof p.architecture === 'string' ? p.architecture : null;
  if (architecture === null) return [];
  const codes = typeof p.label_code === 'object' && p.label_code !== null ? Object.entries(p.label_code) : [];
  const what =
    p.network_task === 'reconstruction'
      ? 'to give its input back'
      : p.network_task === 'regression'
        ? `to predict the number "${String(p.label)}"`
        : `to classify "${String(p.label)}"${codes.length === 0 ? '' : ` (${codes.map(([label, node]) => `${label} = ${String(node)}`).join(', ')})`}`;
  const shape = Array.isArray(p.input_size) ? `, input ${p.input_size.join(' × ')} (channels first)` : '';
  const several =
    p.multi_network === true
      ? `${typeof p.num_networks === 'number' ? `${p.num_networks} networks` : 'Networks'} of the architecture ${architecture}, one for each element, were trained`
      : `A network of the architecture ${architecture} was trained`;
  const wen = p.network_task === 'classification' && ofWen.includes(architecture) ? ` ${citations.cite('Wen2020')}` : '';
  const scaled =
    p.normalize === true
      ? ['Each input was scaled to 0…1 by its own minimum and maximum.']
      : p.normalize === false
        ? ['Intensities were not scaled.']
        : [];
  const reduced = p.size_reduction === true ? [`Inputs were reduced by a factor of ${String(p.size_reduction_factor)}.`] : [];
  const augmented =
    Array.isArray(p.data_augmentation) && p.data_augmentation.length > 0
      ? [`Training inputs were augmented: ${p.data_augmentation.join(', ')}.`]
      : [];
  return [`${several}${wen} ${what}${shape}.`, ...scaled, ...reduced, ...augmented];
}

/** A parameter by its name in maps.json, where it is there. */
const settings: readonly (readonly [key: string, text: (value: string) => string])[] = [
  ['optimizer', (value) => `optimiser ${value}`],
  ['learning_rate', (value) => `learning rate ${value}`],
  ['weight_decay', (value) => `weight decay ${value}`],
  ['loss', (value) => `loss ${value}`],
  ['batch_size', (value) => `batch size ${value}`],
  ['accumulation_steps', (value) => (value === '1' ? '' : `gradients of ${value} batches added`)],
  ['epochs', (value) => `at most ${many(Number(value), 'epoch')}`],
  ['dropout', (value) => `dropout ${value}`],
  ['sampler', (value) => `sampler ${value}`],
  [
    'patience',
    (value) =>
      value === '0' ? 'no early stopping' : `early stopping after ${many(Number(value), 'epoch')} without a smaller loss`,
  ],
  ['tolerance', (value) => (value === '0' ? '' : `tolerance ${value}`)],
  ['seed', (value) => `seed ${value}`],
];

function trainingText(p: Parameters): string[] {
  const told = settings.flatMap(([key, text]) => {
    const value = p[key];
    const isPlain = typeof value === 'string' || typeof value === 'number';
    return isPlain && String(value) !== '' ? [text(String(value))].filter(Boolean) : [];
  });
  if (p.amp === true) told.push('mixed precision');
  const metrics = Array.isArray(p.selection_metrics) ? p.selection_metrics.join(', ') : '';
  const folds = typeof p.n_splits === 'number' && p.n_splits > 1 ? `${p.n_splits}-fold cross-validation was made.` : null;
  const transfer = typeof p.transfer_path === 'string' && !['', 'false'].includes(p.transfer_path);
  return [
    ...(folds === null ? [] : [folds]),
    ...(transfer
      ? [`The networks began with those of another training, best by ${String(p.transfer_selection_metric)} there.`]
      : []),
    ...(told.length === 0 ? [] : [`Training: ${told.join(', ')}.`]),
    ...(metrics === '' ? [] : [`The network of each split was chosen on its validation set, by ${metrics}.`]),
  ];
}

export function methodsParagraph(facts: MethodsFacts): Paragraph {
  const citations = new Citations();
  const { training, extraction } = facts;
  if (training === null) {
    const name = extraction?.extract_json ?? '';
    const from = `The extraction is the one that "${name}" describes, in the format of ClinicaDL ${citations.cite('ThibeauSutre2022')}; the file does not tell which program cut the images.`;
    return { text: [...imagesText(facts, citations), from].join(' '), cited: citations.keys };
  }
  const { parameters, environment, sets, groups, predictedBy, isJoined } = training;
  const sentences = [
    programText(environment, citations),
    ...imagesText(facts, citations),
    ...networkText(parameters, citations),
    ...(sets.length === 0 ? [] : [`Sets: ${sets.map(sizeText).join('; ')}.`]),
    ...trainingText(parameters),
    ...(isJoined && extraction !== null
      ? [`Predictions of images were joined from those of their ${elementNames[extraction.mode]}.`]
      : []),
    ...(groups.length === 0 ? [] : [`The networks were applied to ${groups.map(sizeText).join('; ')}.`]),
    ...(predictedBy.length === 0 ? [] : [`Predictions were made with ${predictedBy.join(', ')}.`]),
  ];
  return { text: sentences.join(' '), cited: citations.keys };
}
