import { describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../../options/outcome';
import { sampleStudy } from '../sample-study';
import { Chain } from './chain';

const outcome = (status: CommandOutcome['status']): CommandOutcome => ({
  status,
  issues: [],
  written: [],
  result: null,
  output: [],
});
const steps = sampleStudy().steps;

describe('a chain of commands', () => {
  it('runs every step once, in order', async () => {
    const lines: string[] = [];
    const chain = new Chain(() => {});
    await chain.start(steps, async (line) => {
      lines.push(line);
      return outcome('done');
    });
    expect(lines).toEqual(sampleStudy().commands);
    expect(chain.state).toBe('done');
  });

  it('a stopped step ends the chain as stopped, and the rest keeps waiting', async () => {
    const chain = new Chain(() => {});
    let calls = 0;
    await chain.start(steps, async () => outcome(++calls === 2 ? 'stopped' : 'done'));
    expect(chain.state).toBe('stopped');
    expect(chain.steps.map(({ state }) => state)).toEqual(['done', 'stopped', 'waiting', 'waiting', 'waiting', 'waiting']);
  });

  it('is not started twice at the same time', async () => {
    const chain = new Chain(() => {});
    let calls = 0;
    const run = async () => {
      calls++;
      await Promise.resolve();
      return outcome('done');
    };
    await Promise.all([chain.start(steps, run), chain.start(steps, run)]);
    expect(calls).toBe(steps.length);
  });
});
