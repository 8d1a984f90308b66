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
