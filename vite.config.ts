/// <reference types="vitest/config" />
import { readdirSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';
import { defineConfig, type Plugin } from 'vite';
import type { TestSpecification } from 'vitest/node';
import { guidePages } from './src/cli/guide-pages.ts';
import { offline } from './src/cli/offline.ts';
import { securityHeaders } from './src/cli/security-headers.ts';
import { thirdPartyNotices } from './src/cli/third-party-notices.ts';

/** A test that has not ended by then hangs: on a machine that others use, too, the slowest take a quarter of it. */
const patience = 900_000;

/** Files with an adapter or a browser at once: each keeps one processor busy; more would take too much memory of a small machine. */
const pair = 2;

/** Begun first: a long file that begins last keeps one processor busy while the others have nothing left to do. */
const longest = [
  'huge-networks',
  'sample-study.e2e',
  'webgpu.e2e',
  'gradients.gpu',
  'kernels.gpu',
  'wasm/networks',
  'wasm/executor',
];

/** Asked for by tests alone: a build does not wait for Vitest to be loaded. */
async function longestFirst() {
  const { BaseSequencer } = await import('vitest/node');
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const isLong = ({ moduleId }: TestSpecification): boolean => longest.some((name) => moduleId.includes(`${name}.test.ts`));
      const sorted = await super.sort(files);
      return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
    }
  };
}

/** The largest memory there is, shared by the threads of a team (`src/wasm/crew.ts`). */
const compilation = [
  ...['--outFile', 'kernels.wasm', '-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '64', '--maximumMemory', '65536'],
];

/** Without and with relaxed SIMD (`src/wasm/madd.as.ts`), by the names that `src/wasm/wasm-source.d.ts` gives them. */
const modules = { plain: [], relaxed: ['--enable', 'relaxed-simd'] } as const;

/** Compiles `x.as.ts?wasm` to WebAssembly modules, given as base 64 so that page, worker and Node load them alike. */
function assemblyScript(): Plugin {
  return {
    name: 'assemblyscript',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith('.as.ts?wasm')) return null;
      const source = id.slice(0, -'?wasm'.length);
      // The others that it joins, too.
      for (const name of readdirSync(path.dirname(source)))
        if (name.endsWith('.as.ts')) this.addWatchFile(path.join(path.dirname(source), name));
      let code = '';
      for (const [module, features] of Object.entries(modules)) {
        let binary: Uint8Array | undefined;
        const { error, stderr } = await asc.main([source, ...compilation, ...features], {
          writeFile: (name: string, contents: string | Uint8Array) => {
            if (name.endsWith('.wasm') && typeof contents !== 'string') binary = contents;
          },
        });
        if (error !== null || binary === undefined) throw new Error(`${source}\n${stderr.toString()}`);
        code += `export const ${module} = "${Buffer.from(binary).toString('base64')}";`;
      }
      return code;
    },
  };
}

/** A package of stdlib tries with `eval` whether generators exist, which the security policy forbids: they do. */
function generatorsExist(): Plugin {
  return {
    name: 'generators-exist',
    load: (id) => (id.endsWith('/@stdlib/assert-has-generator-support/lib/main.js') ? 'module.exports = () => true;' : null),
  };
}

/** The headers on what Vite answers without them: addresses that are none, methods other than GET. */
function headersOnAll(): Plugin {
  return {
    name: 'headers-on-all',
    configurePreviewServer({ middlewares }) {
      middlewares.use((_request, response, next) => {
        for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
        next();
      });
    },
  };
}

/** How long each plugin took is of no use to a person who starts the app. */
const quiet = { rolldownOptions: { checks: { bundlerTimings: false } } };

const notices = thirdPartyNotices();
const plugins = (): Plugin[] => [assemblyScript(), generatorsExist(), notices.collect()];

export default defineConfig({
  base: './',
  plugins: [...plugins(), guidePages(), notices.write(), headersOnAll(), offline()],
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 2000, ...quiet },
  worker: { format: 'es', plugins, ...quiet },
  preview: { headers: securityHeaders, host: '127.0.0.1', cors: false },
  server: { host: '127.0.0.1' },
  test: {
    reporters: ['default', './test/skip-reporter.ts'],
    // Vitest leaves one processor free, which halves the speed of a machine with two.
    maxWorkers: '100%',
    setupFiles: ['src/cli/relaxed-simd.ts'],
    ...(process.env.VITEST === undefined ? {} : { sequence: { sequencer: await longestFirst() } }),
    // One project after the other, the fast one first: each has the processors for itself.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/*.gpu.test.ts', '**/*.e2e.test.ts', '**/*.full.test.ts'],
          testTimeout: patience,
          hookTimeout: patience,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: ['src/**/*.gpu.test.ts'],
          setupFiles: ['test/vulkan-driver.ts'],
          testTimeout: patience,
          hookTimeout: patience,
          maxWorkers: pair,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          globalSetup: ['test/e2e-server.ts'],
          testTimeout: patience,
          hookTimeout: patience,
          expect: { poll: { timeout: 600_000 } },
          maxWorkers: pair,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // `npm run test:full`: what takes too long for `npm test`.
        extends: true,
        test: {
          name: 'full',
          include: ['test/**/*.full.test.ts'],
          // CVAE_3D on a software adapter takes half an hour of a processor for itself.
          testTimeout: 4 * 3_600_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
