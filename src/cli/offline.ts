/** @file Writes `service-worker.js` into a build: the script of `workers/`, with the names of all files of the build in front. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { type Plugin, transformWithOxc } from 'vite';

const source = 'workers/service-worker.ts';
/** Not needed to work, and large. */
const leftOut = /^third-party-notices\.txt$/;

/** Files that are copied as they are, below `public/`. */
function publicFiles(): string[] {
  return readdirSync('public', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').replace(/^public\//, ''));
}

/** Belongs last among the plugins of the page. */
export function offline(): Plugin {
  return {
    name: 'offline',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const hash = createHash('sha256');
        for (const file of Object.values(bundle)) hash.update(file.type === 'chunk' ? file.code : file.source);
        for (const file of publicFiles()) hash.update(readFileSync(`public/${file}`));
        const files = [...Object.keys(bundle), ...publicFiles()].filter((file) => !leftOut.test(file)).sort();
        const script = readFileSync(source, 'utf8');
        hash.update(script);
        const { code } = await transformWithOxc(script, source);
        const head = `const builtFiles = ${JSON.stringify(files)};\nconst buildId = "${hash.digest('hex').slice(0, 16)}";\n`;
        this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: head + code });
      },
    },
  };
}
