import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The service as its own process, over a folder. */
export type Service = {
  readonly url: string;
  readonly pid: number;
  /** How long it took until it listened: how busy the machine is. */
  readonly startedInMs: number;
  /** What it said on standard error. */
  readonly told: () => string;
  readonly get: (path: string) => Promise<{ status: number; body: { [field: string]: unknown } }>;
  readonly post: (
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: { [field: string]: unknown } }>;
  /** Asks it to end; answers how it ended, and how many milliseconds that took. */
  readonly end: () => Promise<{ code: number | null; tookMs: number }>;
  /** Kills it if it is still there. */
  readonly kill: () => void;
};

export const bin = join(import.meta.dirname, '../../src/bin.js');

/** `before`: the beginning of a command line that runs the rest of it. */
export async function startService(data: string, before: readonly string[] = []): Promise<Service> {
  const command = [...before, process.execPath, bin, 'serve', '--port', '0', '--data', data];
  const started = performance.now();
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk) => (told += String(chunk)));
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  const [url] = /http:\S+/.exec(String(line)) ?? [];
  if (url === undefined || child.pid === undefined) throw new Error(`expected a service, found ${told}`);
  const startedInMs = performance.now() - started;
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    return { status: response.status, body: (await response.json()) as { [field: string]: unknown } };
  };
  return {
    url,
    pid: child.pid,
    startedInMs,
    told: () => told,
    get: (path) => ask(path),
    post: (path, body, headers) =>
      ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }),
    async end() {
      const started = performance.now();
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill('SIGTERM');
      const [code] = await exited;
      return { code, tookMs: performance.now() - started };
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** A commitment as it is sent, with ids of the sender's own. */
export function sent(id: string, announcement: string): object {
  return {
    id,
    title: `Sent as ${id}`,
    topic: 'trade/test',
    from: ['KR'],
    to: ['US'],
    announcement: { id: announcement, ...observation() },
  };
}

export function observation(): object {
  return {
    type: 'observed',
    happened: '2025-08-22',
    saidBy: [{ actor: 'KR' }],
    sources: [{ publisher: 'The Test Gazette', url: 'https://gazette.example/1' }],
  };
}
