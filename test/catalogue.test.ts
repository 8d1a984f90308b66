/** @file Every row of the error catalogue is thrown somewhere, says what to do, and gets the values that its texts ask for. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type CatalogueRow, type Code, catalogue } from '../src/base/catalogue';
import { followed } from './hints/followed';
import { notFollowed } from './hints/not-followed';

const rows = Object.entries(catalogue) as readonly (readonly [Code, CatalogueRow])[];

const sources = ['src', 'workers']
  .flatMap((top) => readdirSync(top, { recursive: true }).map((name) => `${top}/${String(name).replaceAll('\\', '/')}`))
  .filter((file) => file.endsWith('.ts') && !/\.(test|d|as)\.ts$/.test(file) && !file.startsWith('src/base/catalogue'));
const trees = sources.map((file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

const placeholders = ({ sentence, hint }: CatalogueRow): Set<string> =>
  new Set([...`${sentence} ${hint}`.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!));

/** Names of an object literal; undefined when they are not all written there. */
function keysOf(node: ts.Node | undefined): string[] | undefined {
  if (node === undefined) return [];
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const keys = node.properties.map((property) => (property.name === undefined ? undefined : property.name.getText()));
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

interface Throw {
  readonly at: string;
  readonly code: string;
  readonly keys: readonly string[];
}

/** Calls of `appError`, `makeIssue` and the doctor's `found` whose code and names of values are written out. */
function throwsOf(tree: ts.SourceFile): Throw[] {
  const found: Throw[] = [];
  visit(tree, (node) => {
    if (!ts.isCallExpression(node) || !/^(appError|makeIssue|found)$/.test(node.expression.getText())) return;
    const [code, values] = node.arguments;
    const keys = keysOf(values);
    if (code === undefined || !ts.isStringLiteral(code) || keys === undefined || !Object.hasOwn(catalogue, code.text)) return;
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ at: `${tree.fileName}:${line}`, code: code.text, keys });
  });
  return found;
}

/** What a call lacks, or gives for nothing. */
function complaints({ at, code, keys }: Throw, row: CatalogueRow): string[] {
  const asked = placeholders(row);
  const lacking = [...asked].filter((name) => !keys.includes(name)).map((name) => `${at}: ${code} lacks {${name}}`);
  const idle = keys.filter((name) => !asked.has(name)).map((name) => `${at}: ${code} does not say {${name}}`);
  return [...lacking, ...idle];
}

/** First words of hints. */
const verbs = new Set(
  (
    'Add Allow Ask Change Check Choose Close Convert Copy Correct Discard Export Extract Fill Free Give Keep Leave Look Lower Make ' +
    'Mend Open Plug Prepare Provide Put Register Reload Remove Rename Replace Resample Resume Run Save Start Switch Take ' +
    'Train Update Use Wait Write'
  ).split(' '),
);

describe('catalogue', () => {
  it('every code is used', () => {
    const used = new Set<string>();
    for (const tree of trees) {
      visit(tree, (node) => {
        if (ts.isStringLiteral(node)) used.add(node.text);
      });
    }
    expect(rows.map(([code]) => code).filter((code) => !used.has(code))).toEqual([]);
  });

  it('every hint is followed in a test, or stands in the list of those that cannot be, with the reason', () => {
    const listed = [...Object.keys(followed), ...Object.keys(notFollowed)];
    expect(listed.filter((code) => !Object.hasOwn(catalogue, code))).toEqual([]);
    expect(listed.filter((code, i) => listed.indexOf(code) !== i)).toEqual([]);
    expect(rows.map(([code]) => code).filter((code) => !listed.includes(code))).toEqual([]);
  });

  it('a test that a reason names is there and knows the code', () => {
    const named = Object.entries(notFollowed).flatMap(([code, reason]) => {
      const file = /^tested in ([\w/.-]+)/.exec(reason)?.[1];
      return file === undefined ? [] : [{ code, file }];
    });
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ code, file }) => !readFileSync(file, 'utf8').includes(`'${code}'`))).toEqual([]);
  });

  it('every hint starts with a verb', () => {
    const wrong = rows.filter(([, { hint }]) => !verbs.has(/^\w+/.exec(hint)?.[0] ?? ''));
    expect(wrong.map(([code, { hint }]) => `${code}: ${hint}`)).toEqual([]);
  });

  it('sentences and hints are whole sentences, and none says only that something is invalid', () => {
    const wrong = rows.filter(
      ([, { sentence, hint }]) => /\binvalid\b/i.test(sentence) || !/[.}]$/.test(sentence) || !/\.$/.test(hint),
    );
    expect(wrong.map(([code, { sentence, hint }]) => `${code}: ${sentence} ${hint}`)).toEqual([]);
  });

  it('whoever throws gives exactly the values that the texts name', () => {
    const calls = trees.flatMap(throwsOf);
    expect(calls.length).toBeGreaterThan(100);
    expect(calls.flatMap((call) => complaints(call, catalogue[call.code as Code]))).toEqual([]);
  });

  it('a missing and an idle value are seen', () => {
    const tree = ts.createSourceFile('a.ts', "appError('file-missing', { path, shape: 3 });", ts.ScriptTarget.Latest, true);
    const [call] = throwsOf(tree);
    expect(complaints(call!, catalogue['file-missing'])).toEqual([
      'a.ts:1: file-missing lacks {folder}',
      'a.ts:1: file-missing does not say {shape}',
    ]);
  });
});
