/** @file Before the first test in a real browser: serves the built app with its security headers, as `npm start` does. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { preview } from 'vite';
import type { TestProject } from 'vitest/node';
import { requireChromium } from '../src/cli/find-chromium';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the served app, with `/` at the end. */
    readonly appUrl: string;
  }
}

/** DIST names another build than `dist`. */
export default async function serve({ provide }: TestProject): Promise<() => Promise<void>> {
  requireChromium();
  const outDir = path.resolve(process.env.DIST ?? 'dist');
  if (!existsSync(path.join(outDir, 'index.html'))) {
    // A process of its own: in this one the mode is `test`, and the libraries would be built for it.
    const { status } = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--outDir', outDir], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error('The app could not be built.');
  }
  const server = await preview({ logLevel: 'warn', build: { outDir }, preview: { port: 0 } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('The app could not be served.');
  provide('appUrl', url);
  return () => server.close();
}
