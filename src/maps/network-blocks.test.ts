/** @file Tables of several networks, as ClinicaDL writes them. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { addMetrics, addPredictions } from './network-blocks';

const golden = (name: string): string =>
  readFileSync(`test/golden/maps/maps_patch_multi/split-0/best-loss/test/test_patch_level_${name}.tsv`, 'utf8');
const lines = (text: string, from: number, to: number): string => `${text.split('\n').slice(from, to).join('\n')}\n`;

it('predictions of eight networks stand under one header', () => {
  const whole = golden('prediction');
  const header = lines(whole, 0, 1);
  const own = (network: number): string => header + lines(whole, 1 + 6 * network, 7 + 6 * network);
  let table: string | undefined = '';
  for (let network = 0; network < 8; network++) table = addPredictions(table ?? '', own(network), network);
  expect(table).toBe(whole);
  // A network that is evaluated again, after the others or after a stop, replaces what comes behind.
  expect(addPredictions(whole, own(2), 2)).toBe(lines(whole, 0, 19));
  expect(addPredictions(lines(whole, 0, 12), own(2), 2)).toBeUndefined();
});

it('metrics of eight networks stand in blocks, each with its number behind it', () => {
  const whole = golden('metrics');
  const own = (network: number): string => lines(whole, 6 * network, 6 * network + 5);
  let table: string | undefined = '';
  for (let network = 0; network < 8; network++) table = addMetrics(table ?? '', own(network), network);
  expect(table).toBe(whole);
  expect(addMetrics(whole, own(2), 2)).toBe(lines(whole, 0, 18));
  expect(addMetrics(lines(whole, 0, 11), own(2), 2)).toBeUndefined();
});
