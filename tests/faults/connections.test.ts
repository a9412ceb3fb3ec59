import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** `npm run test:faults` opens 10,000. */
const connections = Number(process.env['CONNECTIONS'] ?? 1000);
const data = mkdtempSync(join(tmpdir(), 'silent-'));
afterAll(() => rmSync(data, { recursive: true }));

test(`${connections} connections that say nothing leave the service prompt and small`, async () => {
  const service = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../src/bin.js'), 'serve', '--port', '0', '--data', data],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const sockets: Socket[] = [];
  try {
    const [line] = (await once(service.stdout, 'data')) as [Buffer];
    const url = new URL(/http:\S+/.exec(String(line))?.[0] ?? '');
    const megabytes = (): number =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024;
    const answers = async (): Promise<number> => {
      const started = performance.now();
      for (const path of ['health', 'ready', 'views/trade-terms']) expect((await fetch(new URL(path, url))).status).toBe(200);
      return performance.now() - started;
    };
    await answers();
    // What a question takes alone says how busy the machine is.
    const maxMs = Math.max(2000, 50 * (await answers()));
    const before = megabytes();
    let ended = 0;
    const waits: number[] = [];
    while (sockets.length < connections) {
      const opening = Array.from({ length: Math.min(500, connections - sockets.length) }, async () => {
        const socket = connect({ port: Number(url.port), host: url.hostname });
        sockets.push(socket);
        socket
          .on('error', () => undefined)
          .once('close', () => ended++)
          .resume();
        await once(socket, 'connect');
      });
      await Promise.all(opening);
      waits.push(await answers());
    }
    const grown = megabytes() - before;
    expect(Math.max(...waits)).toBeLessThan(maxMs);
    // A connection takes about 20 KB of the service.
    expect(grown).toBeLessThan(32 + connections * 0.032);
    if (connections >= 10_000) {
      // Each has ten seconds to say what it asks for.
      await expect.poll(() => ended, { interval: 500 }).toBe(connections);
      expect(await answers()).toBeLessThan(maxMs);
    }
    const ending = performance.now();
    service.kill('SIGTERM');
    expect(await once(service, 'exit')).toEqual([0, null]);
    expect(performance.now() - ending).toBeLessThan(maxMs);
  } finally {
    for (const socket of sockets) socket.destroy();
    service.kill('SIGKILL');
  }
});
