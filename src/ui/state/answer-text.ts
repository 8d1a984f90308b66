/** @file What a reading method of MapsManager answers, as the console shows it. */
import type { GivenTensor, TrainedModel } from '../../jobs/maps-model';

const shownRows = 20;
type Values = Readonly<Record<string, unknown>>;

const isTensor = (value: Values): boolean => Array.isArray(value.shape) && ArrayBuffer.isView(value.data);
const shapeText = ({ shape }: Pick<GivenTensor, 'shape'>): string => `[${shape.join(', ')}]`;

/** Texts for people: tables by rows, networks by their weights, tensors by shape and range, all else as JSON. */
export function answerText(answer: unknown): string {
  if (Array.isArray(answer) && answer.every((row) => typeof row === 'object' && row !== null))
    return tableText(answer as Values[]);
  if (typeof answer !== 'object' || answer === null) return String(answer);
  const values = answer as Values;
  if (isTensor(values)) return tensorText(answer as GivenTensor);
  if (values.state_dict instanceof Map) return modelText(answer as TrainedModel);
  if (values.model instanceof Map) return [`epoch ${String(values.epoch)}`, ...weights(values.model)].join('\n');
  const { rows, ...rest } = values;
  if (Array.isArray(rows)) return `${tableText(rows as Values[])}\n${JSON.stringify(rest)}`;
  return JSON.stringify(answer, null, 4);
}

const weights = (state: ReadonlyMap<unknown, unknown>): string[] =>
  [...state].map(([name, tensor]) => `${String(name)} ${shapeText(tensor as GivenTensor)}`);

function modelText({ architecture, input_size, outputs, epoch, state_dict }: TrainedModel): string {
  const head = `${architecture}, input [${input_size.join(', ')}], gives ${outputs.join(', ')}; weights of ${epoch === null ? 'an unknown epoch' : `epoch ${epoch}`}:`;
  return [head, ...weights(state_dict)].join('\n');
}

function tensorText(tensor: GivenTensor): string {
  let [least, most, sum] = [Infinity, -Infinity, 0];
  for (const value of tensor.data) [least, most, sum] = [Math.min(least, value), Math.max(most, value), sum + value];
  return `tensor ${shapeText(tensor)}, from ${least} to ${most}, mean ${sum / tensor.data.length}`;
}

function tableText(rows: readonly Values[]): string {
  const columns = [...new Set(rows.slice(0, shownRows).flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''));
  const lines = rows.slice(0, shownRows).map((row) => columns.map((column) => cell(row[column])).join('\t'));
  const rest = rows.length > shownRows ? [`… ${rows.length} rows in all`] : [];
  return [columns.join('\t'), ...lines, ...rest].join('\n');
}
