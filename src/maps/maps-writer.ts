/** @file The files of one network of a split while it trains: log, events, weights, tmp. Each is written whole; a reader never sees half of one. */
import { readFloat } from '../base/python-number';
import type { Folder } from '../folders/folder';
import { encodeScalar, eventFileHead } from '../formats/tfevents';
import {
  checkpointFile,
  epochModelFile,
  epochOptimizerFile,
  eventsFile,
  modelFile,
  type NetworkNumber,
  optimizerFile,
  targetLogFile,
  temporaryFolder,
  trainingLogFile,
} from './layout';
import { listMetrics } from './maps';
import {
  type LogRow,
  logBefore,
  logCells,
  logHeader,
  logNumbers,
  logToContinue,
  readTargetLog,
  type TrainingLog,
  writeTargetLog,
  writeTrainingLog,
} from './training-log';

type Bytes = Uint8Array<ArrayBuffer>;

function joined(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export interface NetworkWriterStart {
  readonly maps: Folder;
  readonly split: number;
  readonly network: NetworkNumber;
  /** It has a second domain, whose rows have a log of their own. */
  readonly adapts?: boolean;
  /** What TensorBoard and a new log are given. */
  readonly metricNames: readonly string[];
  /** What else the rows hold, for logs that have columns for it. */
  readonly moreNames: readonly string[];
  /** Number of training batches in an epoch: the step of an event is iteration + epoch × batches. */
  readonly batches: number;
  /** A run that continues keeps the rows before this point; null: a fresh network. */
  readonly continueAt: { readonly epoch: number; readonly iteration: number } | null;
  readonly now: Date;
}

/** Named by the second; a run that goes on within it, or after the clock was set back, leaves the events before it. */
async function freeEventName({ maps, split, network, now }: NetworkWriterStart): Promise<string> {
  for (let number = 0; ; number++) {
    const name = `events.out.tfevents.${Math.floor(now.getTime() / 1000)}.browser.${number}`;
    const places = (['train', 'validation'] as const).map((writer) => eventsFile(split, network, writer, name));
    const taken = await Promise.all(places.map((place) => maps.kindOf(place)));
    if (taken.every((kind) => kind === undefined)) return name;
  }
}

/** The rows of the second domain before the point where a run continues. */
async function targetLogOf({ maps, split, continueAt }: NetworkWriterStart, header: readonly string[]): Promise<TrainingLog> {
  const path = targetLogFile(split);
  if (continueAt === null || (await maps.kindOf(path)) !== 'file') return { header, rows: [] };
  return logBefore(readTargetLog(await maps.read(path), header, path), continueAt.epoch, continueAt.iteration);
}

/** Log, events and weights of one network of a split. */
export class NetworkWriter {
  readonly #maps: Folder;
  readonly #split: number;
  readonly #network: NetworkNumber;
  readonly #batches: number;
  readonly #events: { readonly train: Uint8Array[]; readonly validation: Uint8Array[] };
  readonly #eventName: string;
  readonly #names: ReadonlySet<string>;
  #log: TrainingLog;
  #targetLog: TrainingLog;

  private constructor(start: NetworkWriterStart, log: TrainingLog, targetLog: TrainingLog, eventName: string) {
    this.#maps = start.maps;
    this.#split = start.split;
    this.#network = start.network;
    this.#batches = start.batches;
    this.#log = log;
    this.#targetLog = targetLog;
    this.#names = new Set(start.metricNames);
    const seconds = start.now.getTime() / 1000;
    this.#eventName = eventName;
    this.#events = { train: [eventFileHead(seconds)], validation: [eventFileHead(seconds)] };
  }

  static async open(start: NetworkWriterStart): Promise<NetworkWriter> {
    const { maps, split, network, metricNames, moreNames, continueAt } = start;
    const found = continueAt === null ? null : await logToContinue(maps, { split, network }, [...metricNames, ...moreNames]);
    const log: TrainingLog =
      found === null || continueAt === null
        ? { header: logHeader(metricNames), rows: [] }
        : logBefore(found, continueAt.epoch, continueAt.iteration);
    const targetLog = await targetLogOf(start, log.header);
    if (start.adapts === true) await maps.write(targetLogFile(split), writeTargetLog(targetLog));
    await maps.write(trainingLogFile(split, network), writeTrainingLog(log));
    return new NetworkWriter(start, log, targetLog, await freeEventName(start));
  }

  /** Seconds in the last row kept: a run that continues counts on from there. */
  get secondsSoFar(): number {
    return logNumbers(this.#log, 'time').at(-1) || 0;
  }

  /** True when this evaluation stands in the log: an epoch may end right after an inner evaluation. */
  has({ epoch, iteration }: Pick<LogRow, 'epoch' | 'iteration'>): boolean {
    const [epochs, iterations] = [logNumbers(this.#log, 'epoch'), logNumbers(this.#log, 'iteration')];
    return epochs.at(-1) === epoch && iterations.at(-1) === iteration;
  }

  /** `target`: of the second domain. Events first: an evaluation that stands in the log is not written again by a run that goes on. */
  async append(row: LogRow, wallSeconds: number, target: LogRow | null = null): Promise<void> {
    const step = row.iteration + row.epoch * this.#batches;
    const sides = [
      ['train', row.train],
      ['validation', row.valid],
    ] as const;
    for (const [writer, metrics] of sides) {
      const events = this.#events[writer];
      for (const metric of metrics.filter(({ name }) => this.#names.has(name)))
        events.push(encodeScalar({ wallSeconds, step, tag: metric.name, value: readFloat(metric.text) }));
      await this.#maps.write(eventsFile(this.#split, this.#network, writer, this.#eventName), joined(events));
    }
    if (target !== null) {
      const { header, rows } = this.#targetLog;
      this.#targetLog = { header, rows: [...rows, logCells(header, target)] };
      await this.#maps.write(targetLogFile(this.#split), writeTargetLog(this.#targetLog));
    }
    const { header, rows } = this.#log;
    this.#log = { header, rows: [...rows, logCells(header, row)] };
    await this.#maps.write(trainingLogFile(this.#split, this.#network), writeTrainingLog(this.#log));
  }

  /** Weights first, then copies for each improved metric, then the optimiser, in ClinicaDL's order. */
  async saveEpoch(checkpoint: Bytes, optimizer: Bytes, improved: readonly string[]): Promise<void> {
    await this.#maps.write(checkpointFile(this.#split), checkpoint);
    for (const metric of improved) await this.#maps.write(modelFile(this.#split, metric, this.#network), checkpoint);
    await this.#maps.write(optimizerFile(this.#split), optimizer);
  }

  /** --save_all_models: weights and optimiser of an epoch, in two files. */
  async saveAll(epoch: number, checkpoint: Bytes, optimizer: Bytes): Promise<void> {
    await this.#maps.write(epochModelFile(this.#split, this.#network, epoch), checkpoint);
    await this.#maps.write(epochOptimizerFile(this.#split, this.#network, epoch), optimizer);
  }
}

/** A finished split has no tmp folder. */
export async function finishSplit(maps: Folder, split: number): Promise<void> {
  await maps.remove(temporaryFolder(split));
}

/** True while a split is unfinished: its tmp folder is there. */
export async function isUnfinished(maps: Folder, split: number): Promise<boolean> {
  return (await maps.kindOf(temporaryFolder(split))) === 'folder';
}

/** True when a split has been trained to its end: it has a best model, and no tmp folder. */
export async function isFinished(maps: Folder, split: number): Promise<boolean> {
  return (await listMetrics(maps, split)).length > 0 && !(await isUnfinished(maps, split));
}
