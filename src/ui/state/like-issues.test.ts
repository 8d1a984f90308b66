import { describe, expect, it } from 'vitest';
import type { Issue } from '../../base/issues';
import { likeIssues } from './like-issues';

const blank = (slice: number): Issue => ({
  code: 'image-missing',
  severity: 'warning',
  message: `Slice ${slice} of sub-1 is blank: all voxels are 0.`,
  hint: 'Discard the slices.',
  where: `slice ${slice}`,
});

describe('like problems', () => {
  it('are one group with what they share; the rest of each is kept', () => {
    const issues = Array.from({ length: 17 }, (_, i) => blank(i));
    const groups = likeIssues(issues);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ message: 'Slice … of sub-1 is blank: all voxels are 0.', hint: 'Discard the slices.' });
    expect(groups[0].issues).toEqual(issues);
  });

  it('with texts of different lengths have one gap', () => {
    const texts = ['The file a of x is empty.', 'The file b or c of x is empty.', 'The file d of x is empty.'];
    const issues = texts.map((message) => ({ ...blank(0), message }));
    expect(likeIssues(issues)[0].message).toBe('The file … of x is empty.');
  });

  it('two of a kind, other codes, and errors beside warnings stay apart; each is in one group, none is lost', () => {
    const issues: Issue[] = [blank(1), blank(2), { ...blank(3), severity: 'error' }];
    const groups = likeIssues(issues);
    expect(groups.map(({ issues: own }) => own.length)).toEqual([1, 1, 1]);
    expect(groups.flatMap(({ issues: own }) => own)).toEqual(issues);
    expect(groups[0].message).toBe(issues[0].message);
  });
});
