/** @file `--pack`: the benchmark as one archive that needs nothing on a Linux machine but a graphics driver. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';

/** Every name is the folder's in the archive. */
const folder = 'clinicadl-bench';

/** Bytes; what may be mailed, and what small machines take. */
const limit = 45e6;

const loaders = ['/usr/lib/chromium', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

const start = `#!/bin/sh
# Checks and times the WebGPU engine on this machine's graphics card, beside TensorFlow.js and the PyTorch of python3.
# --help tells the options; VK_ICD_FILENAMES names a Vulkan driver, PYTHON a Python. Ends with 3 without a Vulkan device.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"
export PYTHON="\${PYTHON:-$(command -v python3 || echo python3)}"
exec "$here/bin/node" "$here/bench.mjs" "$@"
`;

function call(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${command} does not start: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}: ${stderr.trim()}`);
}

/** Copies a program or library without its debugging symbols; whole where there is no `strip`. */
function copyStripped(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
  spawnSync('strip', ['--strip-unneeded', to]);
  chmodSync(to, 0o755);
}

/** The bundle: everything but Dawn, which is a library of the machine's own kind. */
async function compile(root: string, outDir: string): Promise<void> {
  await build({
    root,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['webgpu'] },
    environments: { ssr: { resolve: { mainFields: ['module'] } } },
    build: {
      ssr: 'src/cli/bench/packed.ts',
      outDir,
      copyPublicDir: false,
      chunkSizeWarningLimit: 1e5,
      ssrEmitAssets: true,
      rolldownOptions: { output: { entryFileNames: 'bench.mjs', codeSplitting: false } },
    },
  });
}

/** Writes the archive; resolves to its bytes. Throws an Error with one line for the person. */
export async function pack(root: string, file: string): Promise<number> {
  if (process.platform !== 'linux')
    throw new Error('--pack writes an archive for Linux, with this machine’s Node: call it on Linux.');
  const loader = loaders.map((place) => path.join(place, 'libvulkan.so.1')).find((place) => existsSync(place));
  if (loader === undefined)
    throw new Error('--pack found no libvulkan.so.1: install chromium, which brings one (or libvulkan1), and call it again.');
  const stage = mkdtempSync(path.join(tmpdir(), 'clinicadl-pack-'));
  const inside = path.join(stage, folder);
  try {
    await compile(root, inside);
    copyFileSync(path.join(root, 'src/cli/bench/pytorch-step.py'), path.join(inside, 'pytorch-step.py'));
    copyStripped(process.execPath, path.join(inside, 'bin/node'));
    copyStripped(loader, path.join(inside, 'lib/libvulkan.so.1'));
    const dawn = path.dirname(createRequire(path.join(root, 'package.json')).resolve('webgpu'));
    const library = `dist/linux-${process.arch}/dawn.node`;
    copyStripped(path.join(dawn, library), path.join(inside, 'node_modules/webgpu', library));
    for (const name of ['index.js', 'package.json', 'LICENSE.md'])
      copyFileSync(path.join(dawn, name), path.join(inside, 'node_modules/webgpu', name));
    // Where Node's own archives have it.
    const licence = path.join(path.dirname(process.execPath), '../LICENSE');
    if (existsSync(licence)) copyFileSync(licence, path.join(inside, 'bin/LICENSE'));
    writeFileSync(path.join(inside, 'start'), start, { mode: 0o755 });
    call('tar', ['--create', '--use-compress-program=gzip -9', '--file', path.resolve(file), '--directory', stage, folder]);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  const { size } = statSync(file);
  if (size > limit)
    throw new Error(
      `${file} has ${(size / 1e6).toFixed(1)} MB, more than ${limit / 1e6}: install binutils, whose strip makes it smaller.`,
    );
  return size;
}
