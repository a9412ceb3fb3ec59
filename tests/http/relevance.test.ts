import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summitFiles } from '../../src/cli/sample.ts';
import { openLedger } from '../../src/compose.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { createApp } from '../../src/http/app.ts';
import { deskOf } from '../helpers/desk.ts';
import { bytes, bytesOf } from '../helpers/given.ts';

/** A search with the most relevant first: which those are, and that the order stays what it is at a cut. */

const desk = deskOf('/ledgers/korea-2025', summitFiles);

type Row = { readonly id: string; readonly title: string; readonly hits: readonly { where: string }[] };

/** The rows of a list, from its first page to its last. */
async function rowsOf(address: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let next: string | undefined = address; next !== undefined;) {
    const response = await desk.app.request(next);
    expect([next, response.status]).toEqual([next, 200]);
    rows.push(...((await response.json()) as { commitments: Row[] }).commitments);
    next = /<(.+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
  }
  return rows;
}

const idsOf = (rows: readonly Row[]): string[] => rows.map(({ id }) => id);
const cut = 'size=88&asOf=2025-09-30';

test('the most relevant are those whose titles have the words, then those that say them more often', async () => {
  const rows = await rowsOf(`/commitments?q=investment&sort=relevance&${cut}`);
  const inTitle = rows.map(({ title }) => /\binvestment/i.test(title));
  expect([inTitle.includes(true), inTitle.includes(false)]).toEqual([true, true]);
  expect(inTitle).toEqual(inTitle.toSorted((one, other) => Number(other) - Number(one)));
  const others = rows.filter((_, index) => !inTitle[index]);
  const said: number[] = [];
  for (const { id } of others) {
    const history = (await (await desk.app.request(`/commitments/${id}/history?${cut}`)).json()) as { events: object[] };
    const events = history.events.filter((one) => /\binvestment/i.test(JSON.stringify(one)));
    said.push(events.length);
  }
  expect(said).toEqual(said.toSorted((one, other) => other - one));
});

test('pages of the most relevant hold each match once, in the order of the one page that has all', async () => {
  for (const q of ['korea', 'investment korea', 'trump', '"US$350 billion"', 'tar']) {
    const opening = await rowsOf(`/commitments?${new URLSearchParams({ q }).toString()}&${cut}`);
    const asked = new URLSearchParams({ q, sort: 'relevance' }).toString();
    const whole = idsOf(await rowsOf(`/commitments?${asked}&${cut}&limit=500`));
    expect([q, whole.toSorted()]).toEqual([q, idsOf(opening).toSorted()]);
    for (const limit of [1, 2, 7]) expect(idsOf(await rowsOf(`/commitments?${asked}&${cut}&limit=${limit}`))).toEqual(whole);
    const view = (await (await desk.app.request(`/views/all?${asked}&${cut}&limit=500`)).json()) as {
      lines: { commitment: string }[];
    };
    expect(view.lines.map(({ commitment }) => commitment)).toEqual(whole);
  }
});

test('what is recorded later, and how somebody is called later, changes no order at an earlier cut', async () => {
  const asked = ['trump', 'korea investment', 'kogas', 'lutnick'].map((q) =>
    new URLSearchParams({ q, sort: 'relevance' }).toString(),
  );
  const folder = mkdtempSync(join(tmpdir(), 'relevance-early-'));
  const early = await openLedger({ data: folder, ledger: '/ledgers/korea-2025' });
  const earlyApp = createApp({ ledger: early.ledger, reader: early.reader });
  await restoreLines(early.ledger.log, bytes(firstLines(60)), { clock: Date.now });
  const answers = async (one: typeof desk.app): Promise<string[]> =>
    Promise.all(asked.map(async (q) => (await one.request(`/commitments?${q}&size=60&asOf=2025-09-10`)).text()));
  const before = await answers(earlyApp);
  expect(before.some((text) => text.includes('"hits"'))).toBe(true);
  await restoreLines(early.ledger.log, bytesOf(...summitFiles), { clock: Date.now });
  const announced = await earlyApp.request('/commitments/01K38TCSG0D83FFH9B8VC8WDMT/announcements', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      type: 'observed',
      happened: '2025-09-30',
      saidBy: [{ actor: 'US' }, { actor: 'office:us-commerce', name: 'Lutnick, Trump, Korea investment' }],
      sources: [{ publisher: 'Trump Korea investment', url: 'https://example.org/a' }],
    }),
  });
  expect(announced.status).toBe(201);
  expect(await answers(earlyApp)).toEqual(before);
  await early.close();
  rmSync(folder, { recursive: true, force: true });
});

function firstLines(count: number): string {
  const lines = summitFiles.flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'));
  return `${lines.slice(0, count).join('\n')}\n`;
}
