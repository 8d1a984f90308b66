/**
 * @file The detective and the check of `predict` on random MAPS, written to a folder in memory: groups, folds, chains of transfer, names in
 * other spellings, sessions renamed, run journals. The oracle knows people by number and reads no file.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { sharedPeople } from '../src/jobs/leak-check';
import type { LeakAnswer, LeakKind } from '../src/jobs/leaks/finding';
import { lookForLeaks } from '../src/jobs/leaks/look-for-leaks';
import { type GroupRow, writeGroup, writeTrainValidation } from '../src/maps/groups';

/** A person of the world with a visit. */
interface Visit {
  readonly person: number;
  readonly month: number;
}

interface Fold {
  readonly train: readonly Visit[];
  readonly validation: readonly Visit[];
}

type Event =
  | { readonly kind: 'look'; readonly group: number; readonly split: number; readonly labelled: boolean }
  | { readonly kind: 'resume' }
  | { readonly kind: 'export'; readonly split: number };

export interface World {
  /** The MAPS that is judged, then what it was transferred from, and so on. */
  readonly chain: readonly (readonly Fold[])[];
  readonly groups: readonly (readonly Visit[])[];
  readonly events: readonly Event[];
  /** Another MAPS, through which a group was looked at before or after the training. */
  readonly elsewhere: { readonly group: number; readonly early: boolean } | null;
  /** Index into the spellings, by turns. */
  readonly spellings: readonly number[];
}

const people = [
  'sub-A1',
  'sub-B2',
  'sub-Zo\u00eb',
  'sub-C3',
  'sub-D44',
  'sub-D4',
  'sub-E5',
  'sub-AA1',
  'sub-\u00c5s',
  'sub-F6',
  'sub-G',
  'sub-H7',
];
const spell: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `./${name}`,
  (name) => `${name}/`,
  (name) => ` ${name}\u00a0`,
  (name) => name.normalize('NFD'),
];
const months: readonly ((month: number) => string)[] = [
  (month) => `ses-M${String(month).padStart(3, '0')}`,
  (month) => `ses-M${String(month).padStart(2, '0')}`,
];

class Speller {
  #turn = 0;
  constructor(readonly turns: readonly number[]) {}
  row({ person, month }: Visit): GroupRow {
    const at = this.turns[this.#turn++ % this.turns.length]!;
    return { participant_id: spell[at % spell.length]!(people[person]!), session_id: months[at % 2]!(month), label: null };
  }
}

const digest = (visits: readonly Visit[]): string => {
  const names = [...new Set(visits.map(({ person }) => people[person]!.normalize('NFC')))].sort();
  return createHash('sha256').update(names.join('\n')).digest('hex');
};

const encoder = new TextEncoder();
const visitsOf = (folds: readonly Fold[]): Visit[] => folds.flatMap(({ train, validation }) => [...train, ...validation]);

async function writeMaps(
  workspace: Folder,
  path: string,
  folds: readonly Fold[],
  seen: readonly Visit[],
  transfer: string | false,
  speller: Speller,
): Promise<void> {
  const maps = workspace.sub(path);
  const parameters = {
    network_task: 'classification',
    label: 'diagnosis',
    mode: 'image',
    transfer_path: transfer,
    tsv_directory: '',
    caps_directory: '',
  };
  await maps.write('maps.json', encoder.encode(JSON.stringify(parameters)));
  for (const [split, { train, validation }] of folds.entries()) {
    const of = (visits: readonly Visit[]) => ({
      rows: visits.map((visit) => speller.row(visit)),
      caps_directory: 'caps',
      multi_cohort: false,
    });
    await writeGroup(maps, 'train', split, of(train), null);
    await writeGroup(maps, 'validation', split, of(validation), null);
    await maps.write(`split-${split}/best-loss/model.pth.tar`, new Uint8Array());
  }
  await writeTrainValidation(
    maps,
    seen.map((visit) => speller.row(visit)),
  );
}

const minute = (at: number): string => new Date(Date.UTC(2026, 0, 1, 12, at)).toISOString();

async function writeWorld(workspace: Folder, world: World): Promise<void> {
  const speller = new Speller(world.spellings);
  const pathOf = (i: number): string => (i === 0 ? 'maps' : `source_${i}`);
  for (const [i, folds] of world.chain.entries()) {
    const next = i + 1 < world.chain.length ? pathOf(i + 1) : false;
    await writeMaps(workspace, pathOf(i), folds, world.chain.slice(i).flatMap(visitsOf), next, speller);
  }
  const maps = workspace.sub('maps');
  for (const [i, visits] of world.groups.entries())
    await writeGroup(
      maps,
      `test${i}`,
      null,
      { rows: visits.map((visit) => speller.row(visit)), caps_directory: 'caps', multi_cohort: false },
      null,
    );
  const head = { program: 'clinicadl-web 0.0.0' };
  const splits = world.chain[0]!.map((_, split) => split);
  const begins =
    world.chain.length > 1 ? { with: 'networks of a MAPS', source: 'source_1', metric: 'loss' } : { with: 'drawn weights' };
  const lookOf = (group: number) => ({ metric: 'loss', people: digest(world.groups[group]!), participants: 1, sessions: 1 });
  const lines: object[] = [{ time: minute(30), ...head, event: 'train', splits, metrics: ['loss'], begins }];
  for (const [i, event] of world.events.entries()) {
    const start = { time: minute(31 + i), ...head };
    if (event.kind === 'resume') lines.push({ ...start, event: 'resume', splits: [0], begins });
    else if (event.kind === 'export')
      lines.push({ ...start, event: 'export', command: 'export-onnx', models: [{ split: event.split, metric: 'loss' }] });
    else
      lines.push({
        ...start,
        event: 'predict',
        labelled: event.labelled,
        group: `test${event.group}`,
        split: event.split,
        ...lookOf(event.group),
      });
  }
  await maps.write('journal.jsonl', encoder.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  if (world.elsewhere === null) return;
  const { group, early } = world.elsewhere;
  await writeMaps(workspace, 'other', [{ train: [], validation: [] }], [], false, speller);
  await writeGroup(
    workspace.sub('other'),
    'again',
    null,
    { rows: world.groups[group]!.map((visit) => speller.row(visit)), caps_directory: 'caps', multi_cohort: false },
    null,
  );
  const look = {
    time: minute(early ? 10 : 50),
    ...head,
    event: 'predict',
    labelled: true,
    group: 'again',
    split: 0,
    ...lookOf(group),
  };
  const trained = { time: minute(1), ...head, event: 'train', splits: [0], metrics: ['loss'], begins: { with: 'drawn weights' } };
  await workspace.write('other/journal.jsonl', encoder.encode(`${JSON.stringify(trained)}\n${JSON.stringify(look)}\n`));
}

const meet = (a: readonly Visit[], b: readonly Visit[]): boolean =>
  a.some(({ person }) => b.some((other) => other.person === person));
/** A visit of somebody who is on the other side with other visits, and not with this one. */
const revisit = (learnt: readonly Visit[], judged: readonly Visit[]): boolean =>
  judged.some(
    ({ person, month }) =>
      learnt.some((other) => other.person === person) &&
      !learnt.some((other) => other.person === person && other.month === month),
  );

/** What leaks, by people's numbers. */
function oracle({ chain, groups, events, elsewhere }: World): Record<LeakKind, boolean> {
  const [folds, ...sources] = chain as [readonly Fold[], ...(readonly Fold[])[]];
  const before = sources.flatMap(visitsOf);
  const pairs = [
    ...folds.map(({ train, validation }) => [train, validation] as const),
    ...groups.flatMap((group) => [
      ...folds.flatMap(({ train, validation }) => [[train, group] as const, [validation, group] as const]),
      // Of the source, only those whom the list has and no group of this MAPS.
      [
        before.filter((visit) => !visitsOf(folds).some((own) => own.person === visit.person && own.month === visit.month)),
        group,
      ] as const,
    ]),
  ];
  const looked = (group: number, until: number): Extract<Event, { kind: 'look' }>[] =>
    events
      .slice(0, until)
      .filter((event): event is Extract<Event, { kind: 'look' }> => event.kind === 'look' && event.labelled)
      // Two groups of the same people are one.
      .filter((event) => digest(groups[event.group]!) === digest(groups[group]!));
  let [chosen, member] = [false, false];
  for (const [i, event] of events.entries())
    for (const group of groups.keys()) {
      const splits = new Set(looked(group, i).map(({ split }) => split));
      if (event.kind === 'resume' && splits.size > 0) chosen = true;
      if (event.kind === 'export' && splits.has(event.split) && splits.size > 1) [chosen, member] = [true, true];
    }
  if (elsewhere?.early === true) chosen = true;
  return {
    participants: pairs.some(([learnt, judged]) => meet(learnt, judged)),
    sessions: pairs.some(([learnt, judged]) => revisit(learnt, judged)),
    twins: false,
    selection: chosen,
    transfer:
      groups.some((group) => meet(before, group)) ||
      folds.some(({ validation }, split) =>
        sources.some((source) => split < source.length && meet(source[split]!.train, validation)),
      ),
    cut: false,
    ensemble: member || (folds.length > 1 && groups.some((group) => folds.some(({ train }) => meet(train, group)))),
    site: false,
  };
}

const visitOf = (from: readonly number[]): fc.Arbitrary<Visit> =>
  fc.record({ person: fc.constantFrom(...from), month: fc.constantFrom(0, 6, 12) });
const someOf = (from: readonly number[], least = 0): fc.Arbitrary<readonly Visit[]> =>
  fc.uniqueArray(visitOf(from), { minLength: least, maxLength: 3, selector: ({ person, month }) => `${person} ${month}` });
const everyone = people.map((_, person) => person);

const eventsOf = (groups: number, splits: number): fc.Arbitrary<readonly Event[]> =>
  fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('look' as const),
        group: fc.nat({ max: groups - 1 }),
        split: fc.nat({ max: splits - 1 }),
        labelled: fc.boolean(),
      }),
      fc.constant({ kind: 'resume' as const }),
      fc.record({ kind: fc.constant('export' as const), split: fc.nat({ max: splits - 1 }) }),
    ),
    { maxLength: 4 },
  );

/** Any world. */
export const anyWorld: fc.Arbitrary<World> = fc
  .tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 0, max: 7 }),
  )
  .chain(([splits, links, groups, spare]) => {
    // Few people meet often, many seldom.
    const who = everyone.slice(0, 5 + spare);
    const fold = fc.record({ train: someOf(who, 1), validation: someOf(who, 1) });
    return fc.record({
      chain: fc.array(fc.array(fold, { minLength: splits, maxLength: splits }), { minLength: links, maxLength: links }),
      groups: fc.array(someOf(who, 1), { minLength: groups, maxLength: groups }),
      events: eventsOf(groups, splits),
      elsewhere: fc.option(fc.record({ group: fc.nat({ max: groups - 1 }), early: fc.boolean() })),
      spellings: fc.array(fc.nat({ max: 9 }), { minLength: 3, maxLength: 8 }),
    });
  });

/** A sound one: three sets of people for training, validation and test, whatever the folds and chains; choices come before the looks. */
export const soundWorld: fc.Arbitrary<World> = fc
  .tuple(
    fc.shuffledSubarray([...everyone], { minLength: 12, maxLength: 12 }),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 3 }),
  )
  .chain(([order, splits, links]) => {
    const [train, validation, test] = [order.slice(0, 5), order.slice(5, 8), order.slice(8)];
    const fold = fc.record({ train: someOf(train, 1), validation: someOf(validation, 1) });
    const looks = fc.array(
      fc.record({
        kind: fc.constant('look' as const),
        group: fc.constant(0),
        split: fc.nat({ max: splits - 1 }),
        labelled: fc.boolean(),
      }),
      { maxLength: 3 },
    );
    const choices = fc.array(
      fc.oneof(
        fc.constant({ kind: 'resume' as const }),
        fc.record({ kind: fc.constant('export' as const), split: fc.nat({ max: splits - 1 }) }),
      ),
      { maxLength: 2 },
    );
    return fc.record({
      chain: fc.array(fc.array(fold, { minLength: splits, maxLength: splits }), { minLength: links, maxLength: links }),
      groups: someOf(test, 1).map((group) => [group]),
      events: fc.tuple(choices, looks).map(([before, after]): readonly Event[] => [...before, ...after]),
      elsewhere: fc.option(fc.constant({ group: 0, early: false })),
      spellings: fc.array(fc.nat({ max: 9 }), { minLength: 3, maxLength: 8 }),
    });
  });

async function answersIn(world: World): Promise<{ answers: Record<string, LeakAnswer>; refused: boolean }> {
  const workspace = memoryFolder('study');
  await writeWorld(workspace, world);
  const request = {
    study: 'maps',
    caps_directory: null,
    compare_images: false,
    participants_tsv: null,
    label: null,
    site_column: null,
  };
  const { findings } = await lookForLeaks(request, { workspace, signal: new AbortController().signal, report: () => {} });
  let refused = false;
  for (const group of world.groups) {
    const rows = group.map((visit) => new Speller(world.spellings).row(visit));
    refused ||= (await sharedPeople(workspace.sub('maps'), rows, [])).trained.length > 0;
  }
  return { answers: Object.fromEntries(findings.map(({ kind, answer }) => [kind, answer])), refused };
}

const judged: readonly LeakKind[] = ['participants', 'sessions', 'selection', 'transfer', 'cut', 'ensemble'];

/** No leak is overlooked, and nobody is blamed. */
export async function expectTruth(world: World): Promise<void> {
  const { answers, refused } = await answersIn(world);
  const expected = oracle(world);
  for (const kind of judged) expect({ [kind]: answers[kind] }).toEqual({ [kind]: expected[kind] ? 'leak' : 'none' });
  const seen = world.chain.flatMap(visitsOf);
  expect(refused).toBe(world.groups.some((group) => meet(seen, group)));
}

/** No false alarm. */
export async function expectSilence(world: World): Promise<void> {
  const { answers, refused } = await answersIn(world);
  expect(judged.filter((kind) => answers[kind] !== 'none')).toEqual([]);
  expect(refused).toBe(false);
}
