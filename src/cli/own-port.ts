/**
 * @file The port of this app. The browser keeps uploaded studies and checkpoints under the whole address, port included: under another
 * port they are not there. So the port is fixed, and a busy one is told instead of passed over.
 */
import http from 'node:http';
import net from 'node:net';

/** Unusual, so that no other program is likely to have it. */
export const ownPort = 16160;
const host = '127.0.0.1';

export const addressOf = (port: number): string => `http://${host}:${port}/`;

/** `app`: this app answers there already; `other`: something else has the port; `forbidden`: the system does not give it. */
export type PortState = 'free' | 'app' | 'other' | 'forbidden';

/** Whether the port can be had, and who has it. `patienceMs`: how long an answer is waited for. */
export async function lookAtPort(port: number, patienceMs = 3000): Promise<PortState> {
  const refused = await new Promise<string | undefined>((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
  if (refused === undefined) return 'free';
  if (refused !== 'EADDRINUSE') return 'forbidden';
  return (await firstPage(port, patienceMs)).includes('<meta name="application-name" content="ClinicaDL web"') ? 'app' : 'other';
}

/** What the port answers to a browser, at most its first 64 kB; '' when it is no web page. */
function firstPage(port: number, patienceMs: number): Promise<string> {
  return new Promise((resolve) => {
    const request = http.get({ host, port, path: '/', timeout: patienceMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > 2 ** 16) request.destroy();
      });
      response.on('close', () => resolve(text));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(''));
  });
}

/** What to say of a port that is not free. */
export function portText(state: Exclude<PortState, 'free'>, port: number): string {
  const url = addressOf(port);
  if (state === 'app')
    return [
      `ClinicaDL for the browser is at ${url}`,
      'It runs there already, perhaps from another folder, so nothing was started. To serve this one, stop that one first,',
      `or choose another port: npm start -- --port ${port + 1}`,
    ].join('\n');
  const what = state === 'other' ? `Another program uses port ${port}` : `The system does not give port ${port} to this program`;
  return [
    `${what}, so ClinicaDL for the browser was not started at ${url}`,
    `Stop that program and try again, or choose another port: npm start -- --port ${port + 1}`,
    'At another port the browser shows another private storage: studies that were uploaded and trainings that were interrupted at',
    `port ${port} are not listed there. They are not lost: they are found again at ${url} Folders on your disk are the same everywhere.`,
  ].join('\n');
}
