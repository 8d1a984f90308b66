/** @file The built-in sample study from simulation to MAPS, through the page's script interface in headless Chromium. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type {} from '../api';
import { launchChromium } from './chromium';

declare global {
  /** Given to the page. */
  var printLine: (line: string) => Promise<void>;
}

const outputFolder = 'sample-study';

/** `url`: of the served app. */
export async function runSampleStudy(url: string): Promise<void> {
  const { context, close } = await launchChromium();
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    // What tsx wraps around functions, to keep their names: those below are sent to the page, which lacks it.
    await page.addInitScript('globalThis.__name = (f) => f');
    await page.goto(url);
    await page.waitForFunction(() => 'clinicadl' in globalThis);
    await page.exposeFunction('printLine', (line: string) => console.log(line));
    const started = Date.now();
    const summary = await page.evaluate(async () => {
      const api = globalThis.clinicadl;
      await api.workspace.openPrivate(`headless-${Date.now()}`);
      const backend = await api.backend.current();
      void printLine(`Backend: ${backend.name} (${backend.adapter}). ${backend.reason}`);
      for (const line of api.sampleStudy.commands) {
        void printLine(`> ${line}`);
        let shown = -1;
        const outcome = await api.run(line, {
          onProgress: (progress) => {
            // Evaluations come with each epoch: only the steps themselves are told, in quarters.
            if (progress.stage.startsWith('evaluate')) return;
            const quarter = Math.floor((4 * progress.done) / Math.max(1, progress.total));
            if (quarter === shown) return;
            shown = quarter;
            void printLine(`  ${progress.stage}: ${progress.done}/${progress.total} ${progress.unit}`);
          },
        });
        if (outcome.status !== 'done') throw new Error(`${line}\n${outcome.error?.message}\n${outcome.error?.hint}`);
      }
      const metrics = await api.workspace.read(api.sampleStudy.metricsFile);
      const bytes = await api.workspace.exportZip(api.sampleStudy.mapsFolder);
      let binary = '';
      for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
      return { metrics: new TextDecoder().decode(metrics), file: api.sampleStudy.metricsFile, zip: btoa(binary) };
    });
    const target = path.resolve(outputFolder);
    for (const [name, bytes] of Object.entries(unzipSync(Buffer.from(summary.zip, 'base64')))) {
      const file = path.join(target, name);
      if (!file.startsWith(target + path.sep)) throw new Error(`The archive names a file outside the folder: ${name}`);
      if (name.endsWith('/')) continue;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    printTable(summary.metrics, summary.file);
    console.log(`The study took ${Math.round((Date.now() - started) / 1000)} s. The MAPS was saved to ${target}`);
  } finally {
    await close();
  }
}

/** `tsv`: a column for each metric. */
function printTable(tsv: string, file: string): void {
  const rows = tsv
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  console.log(
    `\nMetrics of the test group, as ${file} has them (ClinicaDL writes a likelihood ratio that divides by zero as 0):`,
  );
  const width = Math.max(...rows[0].map((name) => name.length)) + 2;
  rows[0].forEach((name, i) => {
    console.log(
      `  ${name.padEnd(width)}${rows
        .slice(1)
        .map((row) => row[i] ?? '')
        .join('  ')}`,
    );
  });
}
