import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, observation, sent, type Service, startService } from '../faults/service.ts';
import { numbered, type OlderEvent, olderLines } from '../helpers/older.ts';
import { type Attack, hold, slowestHealth } from './attack.ts';

const commitment = numbered(1);
const maxHealthMs = 250;
const many = <T>(length: number, one: (index: number) => T): T[] => Array.from({ length }, (_, index) => one(index));
const part = (n: number): object => ({
  key: `k${n}`,
  kind: 'money',
  qualifier: 'at-least',
  min: '7'.repeat(150),
  currency: 'USD',
  text: 'x',
  ...(n > 0 && { partOf: 'k0' }),
});

/** Sends text or bytes as they are; answers the status and what was told. */
async function send({ url }: Service, path: string, body: string | Uint8Array): Promise<{ status: number; text: string }> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: body as string });
  return { status: response.status, text: await response.text() };
}

async function sizeOf(service: Service): Promise<unknown> {
  return (await service.get('/ready')).body['size'];
}

/**
 * Sends bodies that must be refused while others ask for the service's health; answers how long the slowest of them waited. Three
 * times at most: what else this machine does may make one round slow, what the bodies do makes each one slow.
 */
async function refusedQuickly(service: Service, bodies: readonly string[]): Promise<string> {
  const before = await sizeOf(service);
  let slowest = Infinity;
  for (let round = 0; round < 3 && slowest >= maxHealthMs; round++) {
    slowest = await slowestHealth(service, async () => {
      for (const body of bodies) {
        const { status, text } = await send(service, '/commitments', body);
        hold(status === 400 || status === 413, 'a refusal (400 or 413)', `${status} ${text.slice(0, 200)}`);
        hold(text.length < 64 * 1024, 'an answer of at most 64 KiB', text.length);
      }
    });
  }
  hold(slowest < maxHealthMs, `GET /health within ${maxHealthMs} ms`, `${slowest.toFixed(0)} ms`);
  hold((await sizeOf(service)) === before, `${String(before)} events`, await sizeOf(service));
  return `refused, and nobody waited longer than ${slowest.toFixed(0)} ms`;
}

const opening = (more: object, announced: object = {}): string =>
  JSON.stringify({ ...sent(numbered(7), numbered(8)), ...more, announcement: { ...observation(), ...announced } });

function memoryOf({ pid }: Service): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** What was recorded before there were bounds. */
const older: OlderEvent[] = [
  {
    id: commitment,
    stream: commitment,
    type: 'opened',
    data: { title: 'Old\u001b[2J', topic: `trade${'/a'.repeat(30_000)}`, from: ['KR'], to: ['US'] },
  },
  {
    id: numbered(2),
    stream: commitment,
    type: 'pledged',
    data: {
      happened: '2025-08-22',
      saidBy: [{ actor: 'KR' }],
      sources: [{ publisher: 'x', url: 'https://example.org/1' }],
      terms: [{ ...part(0), min: '7'.repeat(30_000) }, ...many(800, (n) => part(n + 1)).map((one) => ({ ...one, min: '1' }))],
    },
  },
];

export const attacks: readonly Attack[] = [
  {
    name: 'a topic of 30,000 segments, ten times',
    run: async ({ service }) =>
      refusedQuickly(
        service,
        many(10, () => opening({ topic: `trade${'/a'.repeat(29_000)}` })),
      ),
  },
  {
    name: '250,000 entries, 60,000 wrong words, 75,000 unknown fields, 900 parts of 150 digits',
    run: async ({ service }) =>
      refusedQuickly(service, [
        opening({ from: many(125_000, () => 1) }),
        opening({}, { terms: many(200, () => ({ kind: 'stages', stages: many(300, () => 1) })) }),
        opening({}, { terms: many(200, () => ({ kind: 'stages', stages: many(300, () => ({})) })) }),
        opening({}, { saidBy: many(250, () => Object.fromEntries(many(250, (n) => [`f${n}`, 1]))) }),
        opening({}, { terms: many(900, part) }),
        opening({}, { note: 'x'.repeat(400_000), terms: [{ ...part(0), min: '7'.repeat(90_000) }] }),
      ]),
  },
  {
    name: '300 requests with 300 KB in place of a date each',
    run: async ({ service }) => {
      const body = (n: number): string => opening({}, { happened: `${n}${'2'.repeat(300_000)}` });
      for (let n = 0; n < 50; n++) await send(service, '/commitments', body(n));
      const before = memoryOf(service);
      for (let n = 0; n < 250; n++) {
        hold((await send(service, '/commitments', body(50 + n))).status >= 400, 'a refusal', 'none');
      }
      const grown = memoryOf(service) - before;
      hold(grown < 100, 'less than 100 MiB more memory', `${grown.toFixed(0)} MiB`);
      return `the process grew by ${Math.max(0, grown).toFixed(0)} MiB`;
    },
  },
  {
    name: 'escapes, line feeds, directions, invisible words and controls in names, titles and prose',
    run: async ({ service }) => {
      const texts = ['a\u001b[2J', 'a\nb', 'a\u202eb', 'a\u2069', '\u200b', 'a\u0085', 'a\u2028b', '\u001b]52;c;eA==\u0007'];
      for (const text of texts) {
        for (const body of [
          opening({ title: text }),
          opening({}, { saidBy: [{ actor: 'KR', name: text }] }),
          opening({ names: { 'company:x': text } }),
        ]) {
          hold((await send(service, '/commitments', body)).status === 400, `${JSON.stringify(text)} refused`, body);
        }
      }
      const prose = ['a\u001b[2J', 'a\r\nb', 'a\u202eb', 'a\u2067b\nc\u2069', 'a\u2069', '\u2060'];
      for (const summary of prose) {
        const { status } = await send(service, '/commitments', opening({}, { summary }));
        hold(status === 400, `${JSON.stringify(summary)} refused`, status);
      }
      return `${texts.length * 3 + prose.length} bodies refused`;
    },
  },
  {
    name: 'names twice, bytes that are not UTF-8, UTF-16, half a body; a byte order mark is passed over',
    run: async ({ service }) => {
      const body = opening({});
      const wrong = [
        body.replace('{', '{"title":"Another",'),
        body.replace('{', String.raw`{"t\u0069tle":"Another",`),
        Buffer.from(body.replace('Sent', 'Café'), 'latin1'),
        Buffer.from(body, 'utf16le'),
        body.slice(0, -1),
      ];
      for (const one of wrong) {
        const { status } = await send(service, '/commitments', one);
        hold(status === 400, 'a refusal (400)', `${status} of ${String(one).slice(0, 40)}`);
      }
      const { status } = await send(service, '/commitments', `\uFEFF${body}`);
      hold(status === 201, 'a body behind a byte order mark recorded', status);
      return 'five refused, one recorded';
    },
  },
  {
    name: 'a correction of fields that the announcement does not have, by null',
    run: async ({ service }) => {
      const { sources } = observation() as { sources: unknown };
      const correction = { type: 'corrected', corrects: numbered(7), mode: 'replace', reason: 'x', sources };
      for (const field of ['colour', 'type', 'extent', 'constructor']) {
        const body = JSON.stringify({ ...correction, changes: { [field]: null } });
        const { status } = await send(service, `/commitments/${numbered(7)}/announcements`, body);
        hold(status === 400, `${field} refused`, status);
      }
      return 'refused';
    },
  },
  {
    name: 'an older ledger with a figure of 30,000 digits, a topic of 30,000 segments and 800 parts is restored and read',
    run: async ({ data }) => {
      const [file, folder] = [join(data, '..', 'older.ndjson'), join(data, '..', 'older')];
      writeFileSync(file, await olderLines(older));
      execFileSync(process.execPath, [bin, 'restore', file, '--data', folder], { stdio: 'pipe' });
      const service = await startService(folder);
      try {
        const read = async (): Promise<void> => {
          for (const path of ['', `commitments/${commitment}`, `commitments/${commitment}/history`, 'views/trade-terms']) {
            for (const Accept of ['text/html', 'application/json']) {
              const { status } = await fetch(`${service.url}/${path}`, { headers: { Accept } });
              hold(status === 200 || (path === '' && status < 500), `200 for /${path}`, status);
            }
          }
        };
        // Once before it is measured: the first answers of a process are slow whatever they hold.
        await read();
        const started = performance.now();
        await read();
        const tookMs = performance.now() - started;
        hold(tookMs < 5000, 'all pages within 5 s', `${tookMs.toFixed(0)} ms`);
        return `restored, and eight answers took ${tookMs.toFixed(0)} ms`;
      } finally {
        service.kill();
      }
    },
  },
];
