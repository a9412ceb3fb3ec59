import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDay } from '../../domain/dates.ts';
import { views } from '../../projections/views/views.ts';
import { record } from '../../src/command/ledger.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { bytes, dollars, type Given, given } from '../helpers/given.ts';
import { day } from '../domain/given.ts';
import { api } from '../helpers/api.ts';

const lines = summitFiles.flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'));
type Line = { subject: string; data: { links?: Record<string, string[]> } };
const forms = { json: 'application/json', page: 'text/html', feed: 'application/atom+xml' };

async function restore({ ledger }: Pick<Given, 'ledger'>, count: number): Promise<void> {
  const result = await restoreLines(ledger.log, bytes(lines.slice(0, count).join('\n')), { clock: Date.now });
  if ('number' in result) throw new Error(`line ${result.number}: ${JSON.stringify(result.rejection)}`);
}

/** What is answered at every address that takes a cut, at one with a day and a size, in every form. */
async function answersAt(base: Given, { asOf, size }: { asOf: string; size: number }): Promise<Map<string, string>> {
  // A service of its own, so that it answers from no page that another kept.
  const { get } = api(base);
  const cut = `asOf=${asOf}&size=${size}`;
  const answers = new Map<string, string>();
  const ask = async (path: string, form: keyof typeof forms): Promise<string> => {
    const { status, headers, text } = await get(path, { headers: { Accept: forms[form] } });
    answers.set(`${form} ${path}`, `${status} ${headers.get('ETag')} ${headers.get('Link')}\n${text}`);
    return text;
  };
  const list = JSON.parse(await ask(`/commitments?${cut}&limit=500`, 'json')) as { commitments: { id: string }[] };
  const figures = new Set<string>();
  for (const { name } of views) {
    const answer = JSON.parse(await ask(`/views/${name}?${cut}`, 'json')) as {
      lines: { figures: { announcement: string; key: string }[] }[];
    };
    for (const { announcement, key } of answer.lines.flatMap((line) => line.figures)) figures.add(`${announcement}/${key}`);
  }
  const ids = list.commitments.map(({ id }) => `/commitments/${id}`);
  const filters = ['contested=true', 'stage=pledged', 'party=KR', 'topic=trade', 'q=tariff', 'limit=3', 'warning=quiet'];
  const paths = [
    '/commitments',
    '/parties',
    '/parties/KR',
    '/due',
    '/documents',
    '/two-clocks',
    ...ids,
    ...ids.map((id) => `${id}/history`),
    ...[...figures].map((figure) => `/figures/${figure}`),
  ].map((path) => `${path}?${cut}`);
  paths.push(...filters.map((filter) => `/commitments?${filter}&${cut}`));
  const changes = [0, Math.ceil(size / 2)].map((from) => `/changes?from=${from}&to=${size}&asOf=${asOf}`);
  // Of two sizes each has its own day; the empty record has none, and asks as of today.
  changes.push(`/changes?from=${Math.ceil(size / 2)}&to=${size}`);
  for (const path of [...paths, ...changes]) await ask(path, 'json');
  for (const path of ['/', '/views', ...views.map(({ name }) => `/views/${name}`)]) await ask(`${path}?${cut}`, 'page');
  for (const path of [...paths, ...changes]) await ask(path, 'page');
  for (const path of changes) await ask(path, 'feed');
  return answers;
}

/** Whatever may reach back: late finds, corrections, disputes, names, and many that link to what is there, in every way. */
async function recordMore(base: Given, ids: readonly string[]): Promise<void> {
  base.at('2027-03-01');
  // Those that others link to already.
  const linked = lines.flatMap((line) => Object.values((JSON.parse(line) as Line).data.links ?? {}).flat());
  const [first = '', second = ''] = [...new Set([...linked, ...ids])];
  for (const kind of ['partOf', 'contains', 'claimedPartOf', 'dependsOn', 'inExchangeFor']) {
    for (let count = 0; count < 30; count++) {
      const id = await base.open({
        links: { [kind]: [first, second] },
        names: { 'org:nobody': 'Nobody' },
        topic: 'japan/later',
      });
      if (count < 3) await base.say(id, 'pledged', { happened: '2025-08-21', terms: [dollars('total', '5000000000000')] });
    }
  }
  for (const id of ids) {
    await base.say(id, 'observed', { happened: '2025-08-21', terms: [dollars('total', '77')], summary: 'Found late.' });
    const changes = { title: 'Another title', topic: 'elsewhere/now', links: { contains: [first] } };
    await base.say(id, 'corrected', { corrects: await openingOf(base, id), mode: 'refine', changes, reason: 'All of it.' });
  }
}

async function openingOf({ ledger }: Given, id: string): Promise<string> {
  const [opening] = await ledger.log.readStream(id, Number.MAX_SAFE_INTEGER);
  return opening?.id ?? '';
}

test('whatever is recorded after a settled cut, every address answers at it with the same bytes, pages too', async () => {
  const cuts = fc.integer({ min: 20, max: lines.length }).chain((recorded) =>
    fc.record({
      recorded: fc.constant(recorded),
      size: fc.integer({ min: 1, max: recorded }),
      asOf: fc.integer({ min: day('2025-08-01'), max: day('2025-11-30') }).map(formatDay),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cuts, async ({ recorded, ...cut }) => {
      const base = given(openMemoryLog({ ledger: '/ledgers/korea-2025' }));
      await restore(base, recorded);
      const before = await answersAt(base, cut);
      await restore(base, lines.length);
      const streams = new Set(lines.slice(0, recorded).map((line) => (JSON.parse(line) as Line).subject));
      await recordMore(base, [...streams]);
      const after = await answersAt(base, cut);
      expect([...after.keys()]).toEqual([...before.keys()]);
      const other = [...before].filter(([address, text]) => after.get(address) !== text).map(([address]) => address);
      expect(other).toEqual([]);
      expect(before.size).toBeGreaterThan(30);
    }),
    { numRuns: 6 },
  );
});

test('more than a hundred later commitments that link to one hide none that linked to it at the cut', async () => {
  const base = given();
  // Ids count up here, and links are told in the order of ids.
  const later = Array.from({ length: 110 }, () => base.ledger.newId());
  const whole = await base.open();
  const part = await base.open({ title: 'A part of it', links: { partOf: [whole] } });
  const { asOf, size } = await base.cut({});
  const cut = { asOf: formatDay(asOf), size };
  const before = await answersAt(base, cut);
  for (const id of later) {
    const data = { title: 'Later', topic: 'trade/later', from: ['KR'], to: ['US'], links: { partOf: [whole] } };
    await record(base.ledger, { commitment: id, events: [{ id, type: 'opened', data }] });
  }
  expect(await answersAt(base, cut)).toEqual(before);
  const page = [...before].find(([address]) => address.startsWith(`page /commitments/${whole}?`))?.[1];
  expect(page).toContain(part);
});
