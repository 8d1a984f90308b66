/** @file `export-onnx`: a trained network of a MAPS as an ONNX file, with what a program must know to use it. */
import { appError } from '../base/errors';
import { maxOnnxBytes, writeOnnx } from '../formats/onnx';
import { noteInJournal } from '../maps/journal';
import { readParameters } from '../maps/maps';
import type { Network } from '../networks/graph';
import { onnxGraph, onnxWeightBytes } from '../networks/onnx';
import { optionsOfMapsJson } from '../options/derive/maps-json';
import type { ExportOnnxOptions } from '../options/export-onnx';
import type { TrainOptions } from '../options/train';
import type { Job } from './job-context';
import { chosenModel } from './maps-manager';
import { predictedParameters } from './predicted-parameters';
import { readWeights } from './read-weights';
import { rememberedExtraction } from './remembered-extraction';
import { classNames } from './result-view';
import { trainedNetwork } from './trained-network';

export interface ExportedModel {
  readonly path: string;
  readonly bytes: number;
  readonly outputs: readonly string[];
}

const disclaimer = 'Not a medical device: for research and teaching only.';

/** What the outputs are, by task. */
function outputsText(training: TrainOptions, network: Network): string {
  switch (training.network_task) {
    case 'classification':
      return 'output: one logit for each label, in their order; softmax gives probabilities';
    case 'regression':
      return `output: ${training.label}`;
    case 'reconstruction':
      return `${Object.keys(network.graph.outputs).join(', ')}; a variational network passes the mean of its code on, without a draw`;
  }
}

export const exportOnnxJob: Job<ExportOnnxOptions, ExportedModel> = async (options, context) => {
  const { workspace } = context;
  const { input_maps_directory, output_file: path, split } = options;
  if (!path.endsWith('.onnx')) throw appError('export-ending', { path }, { where: path });
  if ((await workspace.kindOf(path)) !== undefined && !options.overwrite)
    throw appError('export-exists', { path }, { where: path });
  const maps = workspace.sub(input_maps_directory);
  const written = await readParameters(maps, input_maps_directory);
  const training = optionsOfMapsJson(written, input_maps_directory, 'predict');
  const parameters = await predictedParameters(maps, written);
  const { path: file, metric } = await chosenModel(maps, {
    split,
    selection_metric: options.selection_metric,
    network: options.network,
  });
  const inputSize = parameters.input_size as readonly number[];
  const network = await trainedNetwork(maps, training, parameters, inputSize);
  const checkpoint = await readWeights(maps, file, network, context);
  const of = training.multi_network ? `, network ${options.network}` : '';
  const weightBytes = onnxWeightBytes(checkpoint.model);
  // The rest of a file is small.
  if (weightBytes + 2 ** 20 > maxOnnxBytes)
    throw appError('export-too-large', { size: (weightBytes / 1e9).toFixed(1) }, { where: file });
  const { preprocessing, mode } = rememberedExtraction(parameters, `${input_maps_directory}/maps.json`);
  const bytes = writeOnnx({
    graph: onnxGraph(network, checkpoint.model),
    producer: { name: 'clinicadl-web', version: context.version },
    description: `${network.architecture}, trained for ${training.network_task} on ${mode} inputs of ${preprocessing}. ${disclaimer}`,
    metadata: {
      warning: disclaimer,
      architecture: network.architecture,
      task: training.network_task,
      input: `float32 [batch, ${inputSize.join(', ')}]: ${mode} of ${preprocessing}, channels first`,
      normalization: training.normalize
        ? 'each input to 0…1 before it is given: (x − min) / (max − min), after cutting'
        : 'none: voxels as they are in the image',
      ...(training.size_reduction ? { size_reduction_factor: String(training.size_reduction_factor) } : {}),
      outputs: outputsText(training, network),
      ...(training.network_task === 'classification'
        ? { labels: JSON.stringify(classNames(training.label_code, network.outputSize)) }
        : {}),
      chosen: `split ${split}${of}, best ${metric}${checkpoint.epoch === null ? '' : `, epoch ${checkpoint.epoch} counted from 0`}`,
    },
  });
  await workspace.write(path, bytes);
  await noteInJournal(maps, { event: 'export', command: 'export-onnx', models: [{ split, metric }] }, context);
  context.log(
    `${network.architecture} of split ${split}, best ${metric}: "${path}", ${(bytes.length / 1e6).toFixed(1)} MB. ${disclaimer}`,
  );
  return { path, bytes: bytes.length, outputs: Object.keys(network.graph.outputs) };
};
