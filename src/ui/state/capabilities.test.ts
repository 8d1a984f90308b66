import { describe, expect, it } from 'vitest';
import { type Capability, summaryOf } from './capabilities';

function summary(gpu: Capability['level'], folders: Capability['level'], storage: Capability['level']): string {
  return summaryOf([
    { name: 'gpu', level: gpu },
    { name: 'folders', level: folders },
    { name: 'storage', level: storage },
  ]);
}

describe('what this browser can do, in one sentence', () => {
  it('has all only where nothing is missing', () => {
    expect(summary('full', 'full', 'full')).toMatch(/^All that/);
    expect(summary('full', 'full', 'none')).toMatch(/but keeping data/);
    expect(summary('none', 'full', 'less')).toMatch(/but training on the graphics processor/);
    expect(summary('full', 'less', 'less')).toMatch(/but writing into your folders/);
  });

  it('names no other browser: which one would help depends on why there is no graphics processor', () => {
    expect(summary('none', 'full', 'less')).not.toMatch(/Chrome|Edge|Safari|Firefox/);
  });
});
