/** @file `npm run bench`: compiles the benchmark with Vite, as the app is compiled, and runs it in this process. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

// TensorFlow.js asks for Node's modules by `require`.
globalThis.require = createRequire(import.meta.url);
const server = await createServer({
  root: path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..'),
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  // Its ES modules name files without extensions, which Node does not resolve.
  environments: { ssr: { resolve: { noExternal: [/@tensorflow/], mainFields: ['module'] } } },
});
const { main } = await server.ssrLoadModule('/src/cli/bench/main.ts');
await main(process.argv.slice(2));
// Dawn keeps threads that would hold the process.
process.exit(0);
