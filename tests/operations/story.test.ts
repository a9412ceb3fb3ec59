import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';

// The story of the room's README, from nothing to a ledger that was wiped and is back: each of its commands, in its order, by a shell.

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'src/operations/README.md'), 'utf8');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

test.skipIf(process.platform === 'win32')(
  'the story of the README works as it stands there, command after command',
  async () => {
    const commands = [...readme.matchAll(/^```sh story\n([\s\S]*?)^```/gm)].map(([, text = '']) => text).join('');
    expect(commands.match(/^npx ledger \S+/gm)).toEqual(
      ['keys', 'serve', 'record', 'list', 'backup', 'restore', 'doctor', 'check', 'show'].map((name) => `npx ledger ${name}`),
    );
    const folder = mkdtempSync(join(tmpdir(), 'ledger-story-'));
    const port = await freePort();
    const npx = join(folder, 'bin', 'npx');
    mkdirSync(join(folder, 'bin'));
    writeFileSync(npx, `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(root, 'src/bin.js')}' "$@"\n`);
    chmodSync(npx, 0o755);
    const shell = spawn('sh', ['-eux'], {
      cwd: folder,
      env: { PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`, HOME: folder, LEDGER_PORT: String(port) },
      detached: true,
    });
    let output = '';
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (text) => (output += String(text)));
    shell.stdin.end(commands.replaceAll('4680', String(port)));
    try {
      const [status] = (await once(shell, 'close')) as [number];
      expect(status, output).toBe(0);
      const roots = [...output.matchAll(/^root (\S+) of 2 events$/gm)].map(([, found]) => found);
      // Of the backup, of what was restored from it, and of the check.
      expect([roots.length, new Set(roots).size]).toEqual([3, 1]);
      expect(output).toContain('ledger_appends_total{outcome="appended"} 1');
      expect(output).toContain('.ledger: nothing is wrong');
      expect(output.match(/Two patrol vessels for Manila/g)?.length).toBeGreaterThanOrEqual(2);
      // No key in the log of the service, and the restored folder still knows it.
      const key = readFileSync(join(folder, 'kim.key'), 'utf8').trim();
      expect(readFileSync(join(folder, 'service.log'), 'utf8')).toContain('"by":"Kim Min-ji"');
      expect(readFileSync(join(folder, 'service.log'), 'utf8')).not.toContain(key);
      expect(readFileSync(join(folder, '.ledger/keys.json'), 'utf8')).toContain('Kim Min-ji');
    } finally {
      try {
        if (shell.pid !== undefined) process.kill(-shell.pid);
      } catch {
        // The whole group has ended, as it does when all is well.
      }
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
