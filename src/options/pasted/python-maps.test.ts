/** @file Cells with MapsManager, as people paste them from notebooks and slides. */
import { describe, expect, it } from 'vitest';
import { readCell } from './cell';

const steps = (text: string, names = new Map<string, unknown>()) =>
  readCell(text, names).map((step) => {
    if (step.kind === 'maps') return `${step.at} ${step.call.method} of ${step.call.path}`;
    return step.kind === 'refused' ? `${step.at} ${step.error.code}` : `${step.at} ${step.kind}`;
  });
const argumentsIn = (text: string) => {
  const [step] = readCell(text).filter(({ kind }) => kind === 'maps');
  return step?.kind === 'maps' ? step.call.arguments : step;
};

describe('calls run', () => {
  it('with names, several lines, paths of pathlib, comments, results that are kept or printed', () => {
    const cell = `from pathlib import Path
from clinicadl import MapsManager  # the API
root = Path("study")
maps_path = root / "maps"
maps = MapsManager(maps_path, verbose="info")

maps.predict(
    "test",  # a group
    caps_directory=root / 'caps',
    tsv_path=Path("study", "test.tsv"),
    diagnoses=["AD", "CN"], split_list=(0,),
    overwrite=True,
)
metrics = maps.get_metrics("test", 0, mode="image")
print(maps.get_best_epoch()); MapsManager("other").get_parameters()`;
    expect(steps(cell)).toEqual([
      '7 predict of study/maps',
      '14 get_metrics of study/maps',
      '15 get_best_epoch of study/maps',
      '15 get_parameters of other',
    ]);
    expect(argumentsIn(cell)).toMatchObject({
      data_group: 'test',
      caps_directory: 'study/caps',
      tsv_path: 'study/test.tsv',
      diagnoses: ['AD', 'CN'],
      split_list: [0],
      overwrite: true,
      use_labels: true,
    });
  });

  it('names last from cell to cell, until they mean something else; text paths are taken', () => {
    const names = new Map<string, unknown>();
    expect(steps('import clinicadl\nm = clinicadl.MapsManager("a b/maps")', names)).toEqual(['1 answer']);
    expect(steps('m.resume()', names)).toEqual(['1 resume of a b/maps']);
    expect(steps('m = load(3)\nm.resume()', names)).toEqual(['1 answer']);
  });

  it('strings of all kinds, numbers, None', () => {
    const text = `MapsManager(r"a").interpret('g' "h", """n""", "grad-cam", level=2, target_node=1_0, batch_size=None)`;
    expect(argumentsIn(text)).toMatchObject({ data_group: 'gh', name: 'n', level: 2, target_node: 10, batch_size: null });
  });

  it('a name that may mean something else is forgotten, also where the statement is refused', () => {
    const meaning = (cell: string) => {
      const names = new Map<string, unknown>();
      readCell('maps = MapsManager("a")\nsplit = 1\ngroups = ["a"]\nsame = groups', names);
      readCell(cell, names);
      return ['maps', 'split', 'groups', 'same'].filter((name) => names.has(name)).join(' ');
    };
    for (const cell of [
      'maps = MapsManager(x)',
      'maps = MapsManager("b", 3)',
      'maps = maps.predct("g")',
      'with MapsManager("b") as maps:\n    pass',
      'maps, b = MapsManager("b"), 1',
      'del maps',
      'else: maps = MapsManager("b")',
      '%time maps = MapsManager("b")',
      'maps=MapsManager("b")',
      'from study import maps',
    ])
      expect(meaning(cell), cell).toBe('split groups same');
    for (const cell of [
      'split += 1',
      'a, split = f()',
      'a = split = 2',
      'for split in range(3):\n    pass',
      'if (split := f()):\n    pass',
      'if a == 1:\n    split = 2',
      'with f() as split: pass',
      'x = 1\nfor split in range(3):\n    !clinicadl --version',
      'print(split := 3)',
      'split=2',
      'for split in range(3): pass',
      'if a == 1: split = 2',
    ])
      expect(meaning(cell), cell).toBe('maps groups same');
    for (const cell of ['groups.append("b")', 'x = f(same)', 'same[0] = "b"', 'groups += ["b"]'])
      expect(meaning(cell), cell).toBe('maps split');
    expect(meaning('from study import *')).toBe('');
    for (const cell of [
      'print(maps, split, groups, end="")',
      'x = read("maps/split", sep="\\t")  # maps = split',
      'x = maps.get_metrics("g", split=split)',
      'if_x = split == 1',
      '!clinicadl predict maps split --label=groups',
    ])
      expect(meaning(cell), cell).toBe('maps split groups same');
  });

  it('a cell that only gives names says that they are kept, and what it does not run', () => {
    const [kept] = readCell('import os\nsplit = 0');
    expect(kept).toMatchObject({
      kind: 'answer',
      text: expect.stringMatching(/^"split" is remembered\. .*calls of MapsManager/),
    });
    const [both] = readCell('split = 0\nx = f(3)');
    expect(both).toMatchObject({ text: expect.stringMatching(/^"split" is remembered\. "x" is a variable of Python/) });
    const [gone] = readCell('split = 0\nsplit = f(3)');
    expect(gone).toMatchObject({ text: expect.stringMatching(/^"split" is a variable of Python/) });
  });

  it('escapes and joined paths mean what they do in Python', () => {
    const group = (value: string) => argumentsIn(`import os\nMapsManager("m").get_metrics(${value})`);
    for (const [value, meant] of [
      ['"\\u00e9\\x41\\101\\U0001F600"', 'éAA😀'],
      ['r"\\u00e9"', '\\u00e9'],
      ['"a\\d\\\\n"', 'a\\d\\n'],
      ['os.path.join("a", "/b", "c")', '/b/c'],
      ['os.path.join("a/", "b")', 'a/b'],
      ['Path("a") / "/b"', '/b'],
      ['str(3)', '3'],
    ])
      expect(group(value), value).toMatchObject({ data_group: meant });
  });

  it('beside other Python, which is answered, and commands', () => {
    const cell =
      'import pandas as pd\nmaps = MapsManager("m")\nmaps.resume()\nprint("done")\n!clinicadl predict m g\nmaps.get_parameters()';
    expect(steps(cell)).toEqual(['3 resume of m', '4 answer', '5 command', '6 get_parameters of m']);
  });
});

describe('what cannot be read is refused by name, before it would run', () => {
  it.each([
    ['MapsManager("m").predict(group)', 'python-call', '"group"'],
    ['MapsManager("m").predict(f"{group}")', 'python-call', 'f"{group}"'],
    ['MapsManager("m").get_metrics("g")["BA"]', 'python-call', '["BA"]'],
    ['MapsManager("m").get_metrics("g" + "h")', 'python-call', '+'],
    ['MapsManager(sys.argv[1])', 'python-call', 'sys.argv[1]'],
    ['MapsManager("m", {"epochs": 3})', 'command-elsewhere', 'parameters'],
    ['MapsManager("m", split=0)', 'method-argument', 'has no argument split'],
    ['MapsManager("m", None, "info", 3)', 'method-argument', 'takes 3 arguments'],
    ['MapsManager("m", maps_path="n")', 'method-argument', 'maps_path twice'],
    ['MapsManager("\\N{BULLET}")', 'python-call', 'N{BULLET}'],
    ['MapsManager("\\x4")', 'python-call', 'x4'],
    ['MapsManager(b"m")', 'python-call', 'b"m"'],
    ['MapsManager(os.path.join("a", b="c"))', 'python-call', '"os.path.join" with other'],
    ['MapsManager(os.path.join("a", 3))', 'python-call', '"os.path.join" with other'],
    ['MapsManager(str("a", "utf8"))', 'python-call', '"str" with other'],
    ['MapsManager("m").predct("g")', 'command-unknown', 'predct'],
    ['MapsManager("m").predict("g", tsv="t")', 'option-unknown', '"tsv"'],
    ['MapsManager("m").predict("g", split_list=0)', 'option-value', 'split_list'],
    ['MapsManager("m").predict()', 'method-argument', 'needs data_group'],
    ['x = len(MapsManager("m").get_prediction("g"))', 'python-call', '"len"'],
    ['for i in range(2):\n    MapsManager("m").get_metrics("g", split=i)', 'python-call', 'a loop'],
    ['MapsManager("m").predict("g', 'python-call', 'nothing'],
  ])('%s', (text, code, told) => {
    const refused = readCell(text).filter(({ kind }) => kind !== 'answer');
    expect(refused).toHaveLength(1);
    const [step] = refused;
    if (step?.kind !== 'refused') throw new Error(`${text} is ${step?.kind}`);
    expect(step.error.code).toBe(code);
    expect(step.error.message).toContain(told);
  });
});
