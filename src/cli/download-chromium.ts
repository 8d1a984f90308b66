/** @file Playwright's own download of Chromium, into its cache. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const secondsWithoutAnswer = 20;

/** How long nothing has come, by looks at how many bytes there are. */
export class Silence {
  readonly #looks: number;
  #vain = 0;
  #bytes: number;

  /** Ends at so many looks in vain. */
  constructor(looks: number, bytes: number) {
    this.#looks = looks;
    this.#bytes = bytes;
  }

  /** The program said something. */
  hear(): void {
    this.#vain = 0;
  }

  /** Whether it has ended. */
  look(bytes: number): boolean {
    this.#vain = bytes === this.#bytes ? this.#vain + 1 : 0;
    this.#bytes = bytes;
    return this.#vain >= this.#looks;
  }
}

/** Bytes of all files below some folders; what is not there, or goes away, counts nothing. */
function bytesBelow(folders: readonly string[]): number {
  let bytes = 0;
  for (const folder of folders) {
    try {
      for (const name of readdirSync(folder, { recursive: true })) bytes += statSync(path.join(folder, String(name))).size;
    } catch {
      // It changes while we look.
    }
  }
  return bytes;
}

/** The program and those that it started. */
function end(child: ChildProcess): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/**
 * Downloads it. Resolves to undefined when it went well, else to why not, in one line: for example that nothing came for 20 seconds.
 * `command` and its arguments: what downloads.
 */
export async function downloadChromium(
  command: readonly [string, ...string[]] = [
    process.execPath,
    path.join(path.dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js'),
    ...['install', 'chromium', '--no-shell'],
  ],
  seconds = secondsWithoutAnswer,
): Promise<string | undefined> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'clinicadl-chromium-'));
  const watched = [scratch, path.dirname(path.dirname(chromium.executablePath()))];
  const [program, ...args] = command;
  const env = { ...process.env, TMPDIR: scratch, TEMP: scratch, TMP: scratch };
  const child = spawn(program, args, { env, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const silence = new Silence(seconds, bytesBelow(watched));
  const hear = (text: string): void => {
    said += text;
    silence.hear();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const watch = setInterval(() => {
    if (silence.look(bytesBelow(watched))) end(child);
  }, 1000);
  try {
    const status = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
    if (status === 0) return undefined;
    if (status === null) return `nothing came for ${seconds} s`;
    return /^Error: (?!Failed to download|Download failure)(.*)$/m.exec(said)?.[1] ?? `it ended with ${status}`;
  } finally {
    clearInterval(watch);
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}
