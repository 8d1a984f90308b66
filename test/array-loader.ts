/** @file Loaders over samples in memory, and two small studies to train on. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Loader, Sample } from '../src/batches/batch';
import { collate } from '../src/batches/collate';
import { readNifti } from '../src/formats/nifti';

export function arrayLoader(samples: readonly Sample[]): Loader {
  return {
    size: samples.length,
    ahead: () => {},
    async *batches(order, batchSize, signal) {
      for (let start = 0; start < order.length; start += batchSize) {
        signal.throwIfAborted();
        yield collate(order.slice(start, start + batchSize).map((n) => samples[n]));
      }
    },
  };
}

function scaledToOne(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const range = Math.fround(high - low);
  return values.map((value) => Math.fround(value - low) / range);
}

/** Image s, 0 to 11, of the formula data set "G", last axis fastest. */
export function formulaVoxels(s: number, [d, h, w]: readonly [number, number, number]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: d * h * w }, (_value, v) => {
    const a = ((7919 * s + 104729 * v + 31 * s * v) % 1009) / 1008;
    return s % 2 === 1 && Math.floor(v / (h * w)) >= d / 2 ? a + 0.5 : a;
  });
}

/** Image s of the formula data set "G", normalised, [1, d, h, w]: AD (0) for even numbers, CN (1) for odd ones. */
export function formulaSample(s: number, size: readonly [number, number, number]): Sample {
  const data = scaledToOne(formulaVoxels(s, size));
  const participant_id = `sub-G${String(s).padStart(2, '0')}`;
  return { shape: [1, ...size], data, participant_id, session_id: 'ses-M000', elementId: 0, label: s % 2 };
}

/** The twelve of them. */
export function formulaStudy(size: readonly [number, number, number]): Sample[] {
  return Array.from({ length: 12 }, (_, s) => formulaSample(s, size));
}

/** The images of a TSV of the golden study, normalised, [1, x, y, z]: AD is 0, CN 1. */
export function goldenStudy(tsv: string): Sample[] {
  const [header, ...lines] = readFileSync(`test/golden/study/tsv/${tsv}`, 'utf8').trim().split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (name: string): string => cells[names.indexOf(name)];
    const [participant_id, session_id] = [cell('participant_id'), cell('session_id')];
    const name = `${participant_id}_${session_id}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`;
    const file = `test/golden/study/caps/subjects/${participant_id}/${session_id}/t1_linear/${name}`;
    const { shape, data } = readNifti(new Uint8Array(gunzipSync(readFileSync(file))));
    const [x, y, z] = shape;
    const turned = Float32Array.from({ length: data.length }, (_, i) => {
      const [a, b, c] = [Math.floor(i / (y * z)), Math.floor(i / z) % y, i % z];
      return data[a + x * (b + y * c)];
    });
    const label = cell('diagnosis') === 'AD' ? 0 : 1;
    return { shape: [1, x, y, z], data: scaledToOne(turned), participant_id, session_id, elementId: 0, label };
  });
}
