import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { lookAtPort, ownPort, portText } from './own-port';

const servers: (http.Server | net.Server)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: http.Server | net.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const answering = (text: string): Promise<number> => listening(http.createServer((_, response) => response.end(text)));

it('a port on which nobody listens is free', async () => {
  const port = await answering('');
  await new Promise((resolve) => servers.splice(0)[0]!.close(resolve));
  expect(await lookAtPort(port)).toBe('free');
});

it('the page of this app is told from any other', async () => {
  expect(await lookAtPort(await answering(readFileSync('index.html', 'utf8')))).toBe('app');
  expect(await lookAtPort(await answering('<title>ClinicaDL web</title>'))).toBe('other');
});

it('a program that says nothing, or no HTTP, is another one', async () => {
  const silent = net.createServer((socket) => socket.on('error', () => {}));
  expect(await lookAtPort(await listening(silent), 50)).toBe('other');
  const strange = net.createServer((socket) => socket.on('error', () => {}).end('220 mail\r\n'));
  expect(await lookAtPort(await listening(strange))).toBe('other');
});

it('a busy port is told with what another one means, and nothing is served elsewhere', async () => {
  const port = await answering('something else');
  // Its own process answers nothing while it waits for a child: a port that is only held is enough here.
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'src/cli/start.ts', '--no-open', '--no-build', '--port', String(port)],
    { encoding: 'utf8' },
  );
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr.trim()).toBe(portText('other', port));
  expect(stderr).toContain('another private storage');
});

it('the port is one that no other program is known for', () => {
  expect([4173, 5173, 3000, 8080, 8000, 8888]).not.toContain(ownPort);
  expect(ownPort).toBeGreaterThan(1024);
  expect(ownPort, 'below those that systems give away').toBeLessThan(32_768);
});
