/** @file A cell in the console: what runs, what is told, where it stops. */
import { describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../../options/outcome';
import type { MapsCall } from '../../options/pasted/python-maps';
import { runCell, type Told } from './console-run';

const outcome = (status: CommandOutcome['status']): CommandOutcome => ({
  status,
  issues: [],
  written: [],
  result: null,
  output: [],
});

function door(failing = 'never', folders: readonly string[] = ['study', 'study/a']) {
  const ran: string[] = [];
  const told: Told[] = [];
  const calls: MapsCall[] = [];
  return {
    ran,
    told,
    calls,
    names: new Map<string, unknown>(),
    workspace: 'course',
    run: async (line: string) => {
      ran.push(line);
      return outcome(line.includes(failing) ? 'failed' : 'done');
    },
    maps: async (call: MapsCall) => {
      calls.push(call);
      return call.method.startsWith('get') ? { BA: 0.5 } : outcome(call.path === failing ? 'failed' : 'done');
    },
    tell: (entry: Told) => void told.push(entry),
    isFolder: async (path: string) => folders.includes(path),
  };
}

describe('a cell', () => {
  it('runs in order; answers do not stop it', async () => {
    const seen = door();
    await runCell('!pip install clinicadl\n\n!clinicadl tsvtools split a.tsv\n!clinicadl tsvtools kfold b.tsv', '', seen);
    expect(seen.ran).toEqual(['clinicadl tsvtools split a.tsv', 'clinicadl tsvtools kfold b.tsv']);
    expect(seen.told).toMatchObject([{ line: 'pip install clinicadl' }]);
  });

  it('stops at the first failure and says at which line', async () => {
    const seen = door('split');
    await runCell('# one\nclinicadl tsvtools split a.tsv\nclinicadl tsvtools kfold b.tsv\npredict m g', '', seen);
    expect(seen.ran).toHaveLength(1);
    expect(seen.told).toEqual([{ line: '', text: 'Stopped at line 2. 2 lines after it were not run.' }]);
  });

  it('stops at a mistake before anything runs, and at a variable by its name', async () => {
    const seen = door();
    await runCell('clinicadl predict $MAPS g\npredict m g', '', seen);
    expect(seen.ran).toEqual([]);
    expect(seen.told[0].error).toMatchObject({ code: 'line-variable' });
    await runCell('predict m g --no_such\npredict m g', '', seen);
    expect(seen.ran).toEqual([]);
  });

  it('names given before a failed step last, those behind it do not', async () => {
    const seen = door('kfold');
    await runCell('split = 0\nmaps = MapsManager("a")', '', seen);
    await runCell('split = 1\ntsvtools kfold b.tsv\nmaps = MapsManager("b")\nsplit = 2', '', seen);
    await runCell('maps.get_metrics("g", split=split)', '', seen);
    expect(seen.calls).toMatchObject([{ path: 'a', arguments: { split: 1 } }]);
  });

  it('calls of MapsManager run with paths of the present folder; answers are shown, a failure stops it, names last', async () => {
    const seen = door('study/other');
    await runCell('cd study\nfrom clinicadl import MapsManager\nmaps = MapsManager("maps")', '', seen);
    await runCell('maps.predict("g", caps_directory="caps")\nprint(maps.get_metrics("g"))', 'study', seen);
    expect(seen.calls).toMatchObject([
      { path: 'study/maps', method: 'predict', arguments: { data_group: 'g', caps_directory: 'study/caps' } },
      { path: 'study/maps', method: 'get_metrics', arguments: { data_group: 'g', split: 0 } },
    ]);
    expect(seen.told.at(-1)).toEqual({ line: 'print(maps.get_metrics("g"))', text: '{\n    "BA": 0.5\n}' });
    await runCell('m = MapsManager("other")\nm.train()\nm.get_parameters()', 'study', seen);
    expect(seen.calls).toHaveLength(3);
    expect(seen.told.at(-1)).toMatchObject({ text: 'Stopped at line 2. 1 line after it was not run.' });
  });

  it('of comments alone says so', async () => {
    const seen = door();
    await runCell('# clinicadl predict m g', '', seen);
    expect(seen.told[0].text).toContain('comment');
  });
});

describe('cd', () => {
  it('moves the paths of the lines after it, and of the next cell, but not after %%bash', async () => {
    const seen = door();
    expect(await runCell('cd study\ncd a\npredict m g', '', seen)).toBe('study/a');
    expect(seen.ran).toEqual(['clinicadl predict study/a/m g']);
    expect(await runCell('%%bash\ncd ..\npredict m g', 'study/a', seen)).toBe('study/a');
    expect(seen.ran.at(-1)).toBe('clinicadl predict study/m g');
    expect(await runCell('cd', 'study/a', seen)).toBe('');
  });

  it.each(['nowhere', '..', '/content', '~/data', 'C:\\data'])('to %s is refused', async (path) => {
    const seen = door();
    expect(await runCell(`cd ${path}\npredict m g`, '', seen)).toBe('');
    expect(seen.ran).toEqual([]);
    expect(seen.told[0].error).toMatchObject({ code: 'folder-change' });
  });
});
