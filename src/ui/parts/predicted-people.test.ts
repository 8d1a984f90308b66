/** @file Whom a result names, and who was predicted wrongly. */
import { expect, it } from 'vitest';
import type { ResultView } from '../../jobs/result-view';
import { peopleOf } from './predicted-people';

const row = (person: string, elementId: number, true_label: number | undefined, predicted_label: number) =>
  ({
    participant_id: person,
    session_id: 'ses-M000',
    elementId,
    ...(true_label === undefined ? {} : { true_label }),
    predicted_label,
    probabilities: [0.25, 0.75],
  }) as unknown as ResultView['rows'][number];
const view = (rows: ResultView['rows'], task: ResultView['task'] = 'classification'): ResultView =>
  ({ task, rows, classes: ['AD', 'CN'] }) as unknown as ResultView;

it('one prediction tells both labels and the probability of the predicted one', () => {
  const [a, b] = peopleOf(view([row('sub-1', 0, 0, 1), row('sub-2', 0, 1, 1)]));
  expect([a.wrong, b.wrong]).toEqual([true, false]);
  expect(a.text).toMatch(/^true AD, predicted CN with probability 0\.75/);
});

it('several elements of an image are one person with a number of mistakes', () => {
  const people = peopleOf(view([row('sub-1', 0, 0, 0), row('sub-2', 0, 0, 0), row('sub-1', 1, 0, 1)]));
  expect(people.map(({ participant_id, wrong }) => [participant_id, wrong])).toEqual([
    ['sub-1', true],
    ['sub-2', false],
  ]);
  expect(people[0].text).toBe('true AD, 1 of 2 predictions wrong');
});

it('without labels nobody is wrong, and rows without names are nobody', () => {
  expect(peopleOf(view([row('sub-1', 0, undefined, 1)]))[0]).toMatchObject({ wrong: null });
  expect(peopleOf(view([row('', 0, 0, 1)]))).toEqual([]);
  expect(peopleOf(view([row('sub-1', 0, 0, 1)], 'regression'))).toEqual([]);
});
