import { describe, expect, it } from 'vitest';
import { pageOf, rowsWith } from './table-rows';

const rows = Array.from({ length: 23 }, (_, i) => [`sub-${i}`, i % 2 === 0 ? 'AD' : 'CN', String(60 + i)]);

describe('the rows of a table', () => {
  it('a search asks for every word, in any cell and either case', () => {
    expect(rowsWith(rows, 'ad sub-1').map(([name]) => name)).toEqual(['sub-10', 'sub-12', 'sub-14', 'sub-16', 'sub-18']);
    expect(rowsWith(rows, '  ')).toBe(rows);
  });

  it('a page behind the end becomes the last one', () => {
    expect(pageOf(rows, 9, 10)).toMatchObject({ page: 2, pages: 3, from: 20 });
    expect(pageOf(rows, 2, 10).rows).toHaveLength(3);
    expect(pageOf([], 4, 10)).toEqual({ rows: [], page: 0, pages: 1, from: 0 });
  });
});
