/** @file `--track_exp` and `--calculate_emissions`: what is left in the MAPS for trackers and of energy. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { cells } from './road-files';
import { tinyRoad, tinyTraining } from './road-study';

describe('records of a run', () => {
  let study: Road;
  beforeAll(async () => {
    study = await tinyRoad();
    const records = '--track_exp mlflow --calculate_emissions --watts 65 --grams_per_kwh 50';
    await study.must(tinyTraining('maps', `--epochs 3 --evaluation_steps 2 ${records}`));
  });

  it('for a tracker hold the parameters and the metrics of each epoch', async () => {
    const [head, ...epochs] = (await study.text('maps/tracking/split-0.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const { preprocessing_dict: _, ...parameters } = JSON.parse(await study.text('maps/maps.json')) as Record<string, unknown>;
    expect(head).toEqual({ experiment: 'clinicadl-maps', group: 'maps', run: 'split-0', parameters });
    const [header, ...rows] = cells(await study.text('maps/split-0/training_logs/training.tsv'));
    expect(rows.length).toBeGreaterThan(3);
    const last = rows.filter((row, i) => rows[i + 1]?.[0] !== row[0]);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    for (const [i, { metrics }] of (epochs as { metrics: Record<string, number> }[]).entries())
      for (const name of ['loss_train', 'loss_valid', 'BA_valid', 'sensitivity_train'])
        expect(metrics[name]).toBe(Number(last[i][header.indexOf(name)]));
    expect(await study.text('maps/tracking/send.txt')).toBe(readFileSync('public/tracking/send.py', 'utf8'));
  });

  it('are sent by a program that Python can read', () => {
    const check = 'import ast, sys; ast.parse(sys.stdin.read())';
    const { status } = spawnSync('python3', ['-c', check], { input: readFileSync('public/tracking/send.py') });
    expect(status).toBe(0);
  });

  it('of energy are time times power, and carbon dioxide what the person says of it', async () => {
    const [header, row] = cells(await study.text('maps/emissions.tsv'));
    expect(header).toEqual(['split', 'seconds', 'watts', 'kwh', 'g_per_kwh', 'g_co2']);
    const [split, seconds, watts, kwh, grams, carbon] = row.map(Number);
    expect([split, watts, grams]).toEqual([0, 65, 50]);
    expect(kwh).toBeCloseTo((seconds * 65) / 3.6e6, 12);
    expect(carbon).toBeCloseTo(kwh * 50, 12);
  });

  it('of energy need the power', async () => {
    const { error } = await study.run(tinyTraining('other', '--calculate_emissions'));
    expect([error?.code, error?.hint]).toEqual(['option-needed', 'Give a value for --watts.']);
  });

  it('are not there unless they are asked for', async () => {
    await study.must(tinyTraining('plain', '--epochs 1'));
    expect(await study.workspace.kindOf('plain/tracking')).toBeUndefined();
    expect(await study.workspace.kindOf('plain/emissions.tsv')).toBeUndefined();
  });
});
