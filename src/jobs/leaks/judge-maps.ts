/** @file Leaks that only a MAPS can show: what was chosen after a look at the test group, what networks began with, who votes. */
import type { JournalEntry, Model } from '../../maps/journal';
import { journalFile } from '../../maps/layout';
import type { Facts, MapsFacts, OtherMaps, TestGroup, TransferFacts } from './facts';
import { type Evidence, findingOf, type LeakFinding } from './finding';
import { namesOf, sharedRows } from './judge-sides';

const modelText = ({ split, metric }: Model): string => `split ${split}, best ${metric}`;
const keyOf = ({ split, metric }: Model): string => `${split}\t${metric}`;
const dayOf = (time: string): string => time.slice(0, 16).replace('T', ' ');

const tablesAlone: Evidence = { sentence: 'Tables do not tell it; give the MAPS that was trained with them.' };
const noTest: Evidence = {
  sentence:
    'The MAPS has no group beside train and validation. The validation set chose the networks, so that its numbers are no test.',
};
const noJournal: Evidence = {
  sentence: 'The MAPS has no run journal: no file tells whether a group was looked at before something was chosen.',
};

/** A look by which somebody could have chosen: labels were there, and so were metrics. The same people, whatever the group was called. */
const isLookAt =
  ({ people }: Pick<TestGroup, 'people'>) =>
  (entry: JournalEntry): boolean =>
    entry.event === 'predict' && entry.labelled && entry.people === people;

/** What the journal leaves open about a group. */
function gaps({ journal }: MapsFacts, group: TestGroup): Evidence[] {
  if (journal === null) return [noJournal];
  const looks = journal.entries.filter(isLookAt(group)).map((entry) => keyOf(entry as JournalEntry & Model));
  const untold = group.results.filter((model) => !looks.includes(keyOf(model)));
  const isOther = (entry: JournalEntry): boolean =>
    entry.event === 'predict' &&
    entry.labelled &&
    `the group "${entry.group}"` === group.side.name &&
    entry.people !== group.people;
  return [
    ...(journal.entries.some(isOther)
      ? [
          {
            sentence: `${group.side.name} was defined anew after it had been looked at: whether somebody was in both is not known.`,
          },
        ]
      : []),
    ...(journal.whole
      ? []
      : [{ sentence: 'The run journal does not begin with the training: what came before it is not known.' }]),
    ...(journal.damaged > 0 ? [{ sentence: `${journal.damaged} line(s) of the run journal cannot be read.` }] : []),
    ...(untold.length > 0
      ? [{ sentence: `Results of ${group.side.name} (${untold.map(modelText).join('; ')}) are not in the run journal.` }]
      : []),
  ];
}

/** Networks that were handed on after the group had been seen through these and others. */
function handedOn(entries: readonly JournalEntry[], group: TestGroup): Evidence[] {
  const found: Evidence[] = [];
  for (const [i, entry] of entries.entries()) {
    if (entry.event !== 'export') continue;
    const before = entries.slice(0, i).filter(isLookAt(group)) as readonly (JournalEntry & Model)[];
    const seen = new Map(before.map((look) => [keyOf(look), look]));
    const chosen = new Set(entry.models.map(keyOf));
    const passed = [...seen.values()].filter((look) => !chosen.has(keyOf(look)));
    const isChoice = passed.length > 0 && entry.models.some((model) => seen.has(keyOf(model)));
    if (isChoice)
      found.push({
        sentence: `${group.side.name} had been looked at through ${seen.size} networks when ${entry.command} took ${entry.models.map(modelText).join('; ')} (${dayOf(entry.time)}) and passed over ${passed.map(modelText).join('; ')}.`,
        files: [journalFile],
      });
  }
  return found;
}

/** Splits that were trained after a look at the group. */
function trainedAfter(entries: readonly JournalEntry[], group: TestGroup): Evidence[] {
  const first = entries.findIndex(isLookAt(group));
  if (first < 0) return [];
  const after = entries.slice(first + 1).find(({ event }) => event === 'resume' || event === 'train');
  if (after === undefined || (after.event !== 'resume' && after.event !== 'train')) return [];
  return [
    {
      sentence: `${group.side.name} was looked at (${dayOf(entries[first].time)}) before split ${after.splits.join(', ')} was trained (${dayOf(after.time)}).`,
      files: [journalFile],
    },
  ];
}

/** Looks through the networks of another MAPS, before this one was trained. */
function lookedElsewhere(
  { journal }: MapsFacts,
  group: TestGroup,
  other: OtherMaps,
): { readonly leaks: Evidence[]; readonly missing: Evidence[] } {
  const [leaks, missing]: [Evidence[], Evidence[]] = [[], []];
  const trained = journal?.entries.find(({ event }) => event === 'train' || event === 'resume');
  for (const { ours, people, results } of other.shared) {
    if (ours !== group.side.name) continue;
    const looks = (other.journal?.entries ?? []).filter(isLookAt({ people }));
    const told = new Set(looks.map((entry) => keyOf(entry as JournalEntry & Model)));
    const early = trained === undefined ? [] : looks.filter(({ time }) => time < trained.time);
    if (early.length > 0)
      leaks.push({
        sentence: `People of ${group.side.name} were looked at through "${other.path}" (${dayOf(early[0].time)}), before this MAPS was trained (${dayOf(trained!.time)}).`,
        files: [`${other.path}/${journalFile}`, journalFile],
      });
    else if (results.some((model) => !told.has(keyOf(model))))
      missing.push({
        sentence: `"${other.path}" has results of people of ${group.side.name}, and no journal that tells when they were looked at.`,
      });
  }
  return { leaks, missing };
}

export function judgeSelection({ maps }: Facts): LeakFinding {
  if (maps === null) return findingOf('selection', { leaks: [], missing: [tablesAlone], looked: [] });
  if (maps.groups.length === 0) return findingOf('selection', { leaks: [], missing: [noTest], looked: [] });
  const entries = maps.journal?.entries ?? [];
  const found = maps.groups.map((group) => {
    const elsewhere = maps.others.map((other) => lookedElsewhere(maps, group, other));
    return {
      leaks: [...trainedAfter(entries, group), ...handedOn(entries, group), ...elsewhere.flatMap(({ leaks }) => leaks)],
      missing: [...gaps(maps, group), ...elsewhere.flatMap(({ missing }) => missing)],
    };
  });
  const beside = maps.others.length === 0 ? '' : ` and of ${maps.others.length} more MAPS`;
  const looked = [
    {
      sentence: `${entries.length} lines of the run journal${beside}: no choice comes after a look at ${maps.groups.map(({ side }) => side.name).join(' or ')}.`,
      files: [journalFile],
    },
  ];
  // What is missing is told once, whatever the number of groups.
  const missing = new Map(found.flatMap((one) => one.missing).map((evidence) => [evidence.sentence, evidence]));
  return findingOf('selection', { leaks: found.flatMap(({ leaks }) => leaks), missing: [...missing.values()], looked });
}

function transferMissing({ begins, sources, lost, listed }: TransferFacts, isLeftOut: boolean): Evidence[] {
  if (begins === 'weights of a file')
    return [{ sentence: 'The networks began with the weights of a file, and nothing tells on whom they were trained.' }];
  return [
    ...(isLeftOut ? [{ sentence: 'The list of the people whom the networks were trained on was left out of this MAPS.' }] : []),
    ...sources
      .filter((source) => source.isLeftOut)
      .map(({ path }) => ({ sentence: `The training list of "${path}" was left out.` })),
    ...(lost !== null && listed.length === 0
      ? [
          {
            sentence: `"${lost}", which the networks began with, is not in the opened folder, and train+validation.tsv names nobody of it.`,
          },
        ]
      : []),
  ];
}

export function judgeTransfer(facts: Facts): LeakFinding {
  const { maps } = facts;
  if (maps === null) return findingOf('transfer', { leaks: [], missing: [tablesAlone], looked: [] });
  const { transfer, groups } = maps;
  if (transfer.begins === 'drawn weights') {
    const looked = [
      { sentence: 'Nothing was transferred: the networks began with weights that were drawn.', files: ['maps.json'] },
    ];
    const missing = facts.isLeftOut
      ? [{ sentence: 'The MAPS was handed over without its lists, and does not tell what its networks began with.' }]
      : [];
    return findingOf('transfer', { leaks: [], missing, looked });
  }
  const leaks: Evidence[] = [];
  for (const { side } of groups) {
    for (const source of transfer.sources) {
      const people = namesOf(sharedRows(side.rows, source.rows));
      if (people.length > 0)
        leaks.push({
          sentence: `${people.length} participant(s) of ${side.name} in the training of "${source.path}", which the networks began with.`,
          people,
          files: [side.file, source.path],
        });
    }
    const listed = namesOf(sharedRows(side.rows, transfer.listed));
    if (leaks.length === 0 && listed.length > 0)
      leaks.push({
        sentence: `${listed.length} participant(s) of ${side.name} in the list of whoever the networks that it began with have seen.`,
        people: listed,
        files: [side.file, 'groups/train+validation.tsv'],
      });
  }
  for (const { split, rows } of transfer.trainedOn) {
    const side = facts.sides.find((one) => one.role === 'validation' && one.split === split);
    const people = side === undefined ? [] : namesOf(sharedRows(side.rows, rows));
    if (people.length > 0)
      leaks.push({
        sentence: `${people.length} participant(s) of the validation set of split ${split} in the training of the networks that it began with: its validation results are too good.`,
        people,
        files: [side!.file, ...transfer.sources.map(({ path }) => path)],
      });
  }
  const looked = [
    {
      sentence: `The people of ${transfer.sources.map(({ path }) => `"${path}"`).join(', ') || 'the networks that it began with'} are in no group and no validation set of this MAPS.`,
      files: transfer.sources.map(({ path }) => path),
    },
  ];
  return findingOf('transfer', { leaks, missing: transferMissing(transfer, facts.isLeftOut), looked });
}

export function judgeEnsemble(facts: Facts): LeakFinding {
  const { maps, sides } = facts;
  if (maps === null) return findingOf('ensemble', { leaks: [], missing: [tablesAlone], looked: [] });
  const { groups, models, vote } = maps;
  if (groups.length === 0) return findingOf('ensemble', { leaks: [], missing: [noTest], looked: [] });
  const splits = new Set(models.map(({ split }) => split));
  const [leaks, missing]: [Evidence[], Evidence[]] = [[], []];
  for (const group of groups) {
    const { side } = group;
    for (const other of sides) {
      const people = namesOf(sharedRows(side.rows, other.rows));
      const isMember = other.role === 'train' && splits.size > 1;
      const weighs = other.role === 'validation' && vote !== 'none';
      if (people.length === 0 || (!isMember && !weighs)) continue;
      leaks.push({
        sentence: isMember
          ? `The networks of split ${other.split}, one of ${splits.size}, were trained on ${people.length} participant(s) of ${side.name}.`
          : `The votes of ${side.name} are weighted by ${other.name}, which has ${people.length} of its participants.`,
        people,
        files: [side.file, other.file],
      });
    }
    leaks.push(...handedOn(maps.journal?.entries ?? [], group));
    if (new Set(group.results.map(keyOf)).size > 1) missing.push(...gaps(maps, group));
  }
  if (vote === 'counts without names')
    missing.push({ sentence: 'The votes are weighted by counts that name nobody: whose they are cannot be seen.' });
  if (facts.isLeftOut) missing.push({ sentence: 'The list of the people whom the networks were trained on was left out.' });
  const looked = [
    {
      sentence:
        vote === 'none' && splits.size < 2
          ? 'One network answers for each image: there is no ensemble.'
          : `${vote === 'none' ? '' : 'The votes are weighted by the validation sets, which have nobody of the test groups. '}${splits.size < 2 ? '' : `No network of the ${splits.size} splits was trained on somebody of the test groups, and none was handed on alone after a look at them.`}`.trim(),
    },
  ];
  const once = new Map(missing.map((evidence) => [evidence.sentence, evidence]));
  return findingOf('ensemble', { leaks, missing: [...once.values()], looked });
}
