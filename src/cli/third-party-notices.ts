/** @file Writes `third-party-notices.txt` into a build: the licences of the packages whose code is in it, workers included. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly homepage?: string;
}

/** Folder of the package that a module belongs to; undefined for our own. */
function packageFolder(module: string): string | undefined {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll('\\', '/'))?.[1];
}

/** Name, version and licence in a line, and the texts that must go with every copy. */
function noticeOf(folder: string): { readonly title: string; readonly texts: string } {
  const { name, version, license, homepage } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as PackageJson;
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)(\.(md|txt)|-\w+)?$/i.test(file))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
  return {
    title: [`${name} ${version}`, license, homepage].filter((part) => part !== undefined).join(' · '),
    texts:
      texts.join('\n\n') ||
      'The package names its licence without giving the text; that of the same name stands elsewhere in this file.',
  };
}

/** One paragraph of titles for each text, since many packages share theirs. */
function printNotices(folders: Iterable<string>): string {
  const titles = new Map<string, string[]>();
  for (const { title, texts } of [...folders].sort().map(noticeOf)) titles.set(texts, [...(titles.get(texts) ?? []), title]);
  const parts = [...titles].map(([texts, names]) => `${names.join('\n')}\n\n${texts}\n`);
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** `collect` belongs among the plugins of every build, workers too; `write` only among those of the page, which is built last. */
export function thirdPartyNotices(): { collect(): Plugin; write(): Plugin } {
  const folders = new Set<string>();
  return {
    collect: () => ({
      name: 'third-party-collect',
      generateBundle(_options, bundle) {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue;
          for (const module of chunk.moduleIds) {
            const folder = packageFolder(module);
            if (folder !== undefined) folders.add(folder);
          }
        }
      },
    }),
    write: () => ({
      name: 'third-party-write',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source: printNotices(folders) });
      },
    }),
  };
}
