import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { observation, type Service, sent } from '../faults/service.ts';
import { type Attack, hold } from './attack.ts';

/** What a hostile page, or a hand on a raw connection, may try against the service. */

type Answer = { readonly status: number; readonly type: string; readonly text: string };

/** Sends lines over a connection of its own and reads what comes back until it ends. */
async function ask({ url }: Service, lines: readonly string[], body = ''): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => undefined);
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  await once(socket, 'close');
  const type = /^content-type: ([^\r]*)/im.exec(text)?.[1] ?? '';
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]), type, text };
}

async function holdProblems(service: Service, tried: readonly [lines: readonly string[], status: number][]): Promise<void> {
  for (const [lines, status] of tried) {
    const found = await ask(service, lines);
    const isProblem = found.status === status && found.type === 'application/problem+json';
    hold(isProblem, `${lines.join(', ')} to be a problem with status ${status}`, found.text.slice(0, 200));
  }
}

async function sizeOf(service: Service): Promise<unknown> {
  return (await service.get('/ready')).body['size'];
}

const addresses = [
  '/',
  '/health',
  '/ready',
  '/commitments',
  '/views/trade-terms',
  '/events',
  '/record',
  '/reference',
  '/nowhere',
];

function postLines(path: string, type: string, body: string, ...more: string[]): string[] {
  return [`POST ${path} HTTP/1.1`, `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`, ...more];
}

const opening = JSON.stringify(sent('01K7000000HTTPATTACK000001', '01K7000000HTTPATTACK000002'));
const form = new URLSearchParams({ type: 'observed', happened: '2025-08-22', title: 'T', do: 'record' }).toString();

export const attacks: readonly Attack[] = [
  {
    name: 'a name that was made to lead here (DNS rebinding): every address, a form, JSON',
    run: async ({ service }) => {
      const host = `Host: evil.example:${new URL(service.url).port}`;
      for (const path of addresses) await holdProblems(service, [[[`GET ${path} HTTP/1.1`, host], 421]]);
      const before = await sizeOf(service);
      const urlencoded = 'application/x-www-form-urlencoded';
      const own = 'Sec-Fetch-Site: same-origin';
      for (const [lines, body] of [
        [postLines('/record', urlencoded, form, host, own, host.replace('Host: ', 'Origin: http://')), form],
        [postLines('/commitments', 'application/json', opening, host), opening],
      ] as const) {
        const { status } = await ask(service, lines, body);
        hold(status === 421, 'a POST under another name to be answered 421', status);
      }
      hold((await sizeOf(service)) === before, 'nothing recorded', await sizeOf(service));
      return `421 at ${addresses.length} addresses and for both ways to record; nothing was written`;
    },
  },
  {
    name: 'hosts that look like ours, two of them, none, X-Forwarded-Host from anybody',
    run: async ({ service }) => {
      const health = 'GET /health HTTP/1.1';
      const foreign = [
        'localhost.evil.example',
        'localhost.',
        '127.0.0.1.nip.example',
        '0.0.0.0',
        '2130706433',
        '127.1',
        '[::]',
      ];
      const broken = [
        '',
        'localhost, evil.example',
        'localhost@evil.example',
        'localhost/',
        'local host',
        'localhost:99999',
        '[::1',
      ];
      await holdProblems(service, [
        ...foreign.map((host): [string[], number] => [[health, `Host: ${host}`], 421]),
        ...broken.map((host): [string[], number] => [[health, `Host: ${host}`], 400]),
        [[health], 400],
        [['GET /health HTTP/1.0'], 400],
        [[health, 'Host: localhost', 'Host: evil.example'], 400],
        [['GET http://evil.example/health HTTP/1.1', 'Host: localhost'], 421],
        [['GET http://localhost/health HTTP/1.1', 'Host: evil.example'], 421],
        [[health, 'Host: evil.example', 'X-Forwarded-Host: localhost', 'Forwarded: host=localhost'], 421],
      ]);
      return `${foreign.length + broken.length + 6} refused with a problem`;
    },
  },
  {
    name: 'links that lead to whom Host, X-Forwarded-Host or the target names',
    run: async ({ service }) => {
      await service.post('/commitments', JSON.parse(opening));
      const headers = ['Host: localhost:1', 'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https'];
      for (const path of ['/', '/changes?format=atom', '/openapi.json', '/commitments?limit=1', '/record']) {
        const { status, text } = await ask(service, [`GET ${path} HTTP/1.1`, 'Accept: text/html', ...headers]);
        hold(
          status === 200 && !/evil\.example|localhost:1/.test(text),
          `${path} without the names that were sent`,
          text.slice(0, 300),
        );
      }
      return 'no answer holds a name that was sent';
    },
  },
  {
    name: 'forms of other sites, of another port, of nowhere',
    run: async ({ service }) => {
      const before = await sizeOf(service);
      const own = new URL(service.url);
      const senders = [
        [],
        ['Sec-Fetch-Site: cross-site'],
        ['Sec-Fetch-Site: same-site', `Origin: ${own.origin}`],
        ['Sec-Fetch-Site: same-origin', 'Origin: http://evil.example'],
        ['Sec-Fetch-Site: same-origin', 'Origin: null'],
        ['Origin: http://127.0.0.1:1'],
        [`Origin: ${own.origin}.evil.example`],
      ];
      for (const sender of senders) {
        const lines = postLines('/record', 'application/x-www-form-urlencoded', form, `Host: ${own.host}`, ...sender);
        const { status } = await ask(service, lines, form);
        hold(status === 403, `a form sent with ${sender.join(', ') || 'neither header'} to be refused (403)`, status);
      }
      hold((await sizeOf(service)) === before, 'nothing recorded', await sizeOf(service));
      return `${senders.length} refused, nothing was written`;
    },
  },
  {
    name: 'requests at the edge of HTTP: OPTIONS *, CONNECT, Expect, backslashes, names of prototypes, parameters twice',
    run: async ({ service }) => {
      const host = 'Host: localhost';
      await holdProblems(service, [
        [['OPTIONS * HTTP/1.1', host], 405],
        [['GET * HTTP/1.1', host], 400],
        [['CONNECT evil.example:443 HTTP/1.1', host], 405],
        [['GET /health HTTP/1.1', host, 'Expect: everything'], 417],
        [['GET /\\evil HTTP/1.1', host], 400],
        [['TRACE / HTTP/1.1', host], 405],
        [['GET /commitments?__proto__=1 HTTP/1.1', host], 400],
        [['GET /commitments?constructor=1 HTTP/1.1', host], 400],
        [['GET /commitments?format=constructor HTTP/1.1', host], 400],
        [['GET /reference/constructor HTTP/1.1', host], 404],
        [['GET /views/__proto__ HTTP/1.1', host], 404],
        [['GET /commitments/__proto__ HTTP/1.1', host], 400],
        [['GET /commitments?size=0&size=1 HTTP/1.1', host], 400],
        [['GET /commitments?%E0%A4%A=1 HTTP/1.1', host], 400],
      ]);
      for (const path of addresses) {
        const { status, text } = await ask(service, [`HEAD ${path} HTTP/1.1`, host]);
        const body = text.slice(text.indexOf('\r\n\r\n') + 4);
        hold(body === '' && [200, 404].includes(status), `HEAD ${path} without a body`, text.slice(0, 200));
      }
      hold((await service.get('/health')).status === 200, 'the service to be well', 'it is not');
      return 'each refused with a problem; HEAD has no body anywhere';
    },
  },
  {
    name: 'who recorded, and who else on this machine may read the files',
    run: async ({ service, data }) => {
      const { body } = await service.post('/commitments', {
        ...sent('01K7000000HTTPATTACK000003', '01K7000000HTTPATTACK000004'),
      });
      hold(body['recordedBy'] === 'anonymous', 'the recorder anonymous', body['recordedBy']);
      const open = [data, ...readdirSync(data).map((file) => join(data, file))].filter(
        (path) => (statSync(path).mode & 0o077) !== 0,
      );
      hold(open.length === 0, 'no file that others may read', open);
      return 'anonymous; the folder and its files are for their owner alone';
    },
  },
  {
    name: 'a weak ETag, one that is none, and a stale one',
    run: async ({ service }) => {
      const id = '01K7000000HTTPATTACK000003';
      const statuses = [];
      for (const tag of ['W/"1"', '"0"', 'garbage', '"1-of-another-answer"']) {
        const { status } = await service.post(`/commitments/${id}/announcements`, observation(), { 'If-Match': tag });
        statuses.push(status);
      }
      hold(JSON.stringify(statuses) === '[412,412,400,201]', 'the statuses 412, 412, 400 and 201', statuses);
      return 'weak and stale never match; the revision alone decides';
    },
  },
];
