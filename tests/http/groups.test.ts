import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { openLedger, type OpenedLedger } from '../../src/compose.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { createApp } from '../../src/http/app.ts';
import { bytesOf } from '../helpers/given.ts';
import { faultsOf, parsed } from '../helpers/html.ts';
import { printed } from '../helpers/printed.ts';

/** A group of parties in `views.json`: what it owes stands apart beside what a member owes itself. */

const data = mkdtempSync(join(tmpdir(), 'groups-'));
let opened: OpenedLedger;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  const members = [{ party: 'DE' }, { party: 'GB', until: '2020-01-31' }];
  writeFileSync(join(data, 'views.json'), JSON.stringify({ groups: { 'org:eu': members } }));
  opened = await openLedger({ data, ledger: '/ledgers/second-desk' });
  await restoreLines(opened.ledger.log, bytesOf('src/data/second-desk.ndjson'), { clock: Date.now });
  app = createApp({ ledger: opened.ledger, reader: opened.reader });
});
afterAll(async () => {
  await opened.close();
  rmSync(data, { recursive: true, force: true });
});

type Summary = { readonly id: string; readonly from: readonly string[]; readonly stage: string };
type List = {
  readonly commitments: Summary[];
  readonly through?: { group: string; name: string; members: string[]; count: number; owes: Summary[] }[];
};

const list = async (query: string): Promise<List> => (await (await app.request(`/commitments?${query}`)).json()) as List;

async function ledger(args: readonly string[]): Promise<string> {
  return printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', data]));
}

test('a list of what Germany owes shows apart what the European Union owes', async () => {
  const { commitments, through } = await list('party=DE');
  const [group] = through ?? [];
  expect(group).toMatchObject({ group: 'org:eu', members: ['DE'], count: group?.owes.length });
  expect(group?.owes.length).toBeGreaterThan(0);
  for (const one of group?.owes ?? []) {
    expect([one.from, one.stage]).toEqual([
      expect.arrayContaining(['org:eu']),
      expect.not.stringMatching(/ended|none|proposed/),
    ]);
    expect(commitments.map(({ id }) => id)).not.toContain(one.id);
  }
  const party = (await (await app.request('/parties/DE')).json()) as { through: { owes: Summary[] }[] };
  expect(party.through[0]?.owes).toEqual(group?.owes);
});

test('the other filters of a list hold for what is owed through a group too', async () => {
  const all = (await list('party=DE')).through?.[0]?.owes ?? [];
  const trade = (await list('party=DE&topic=trade&stage=formalised')).through?.[0]?.owes ?? [];
  expect([trade.length > 0, trade.length < all.length]).toEqual([true, true]);
  for (const one of trade) expect(one.stage).toBe('formalised');
});

test('who has left a group by the day owes nothing through it, nor does who is in none', async () => {
  for (const query of ['party=GB&asOf=2026-01-01', 'party=US', 'stage=pledged'])
    expect([query, await list(query)]).toEqual([query, expect.not.objectContaining({ through: expect.anything() as unknown })]);
  expect((await list('party=GB&asOf=2020-01-31')).through).toMatchObject([{ group: 'org:eu', members: ['GB'] }]);
});

test('the pages and the command line show what is owed through a group apart', async () => {
  for (const path of ['/commitments?party=DE', '/parties/DE']) {
    const text = await (await app.request(path, { headers: { Accept: 'text/html' } })).text();
    expect([path, faultsOf(parsed(text))]).toEqual([path, []]);
    const heading = /<h2 id="through-org-eu">(.+?)<\/h2>/.exec(text)?.[1] ?? '';
    expect(heading.replaceAll(/<[^>]+>/g, '')).toMatch(/^(Apart: what Germany owes|What it owed) through European Union$/);
  }
  expect(JSON.parse(await ledger(['list', '--party', 'DE', '--json']))).toEqual(await list('party=DE'));
  expect(await ledger(['list', '--party', 'DE'])).toMatch(/\nApart, owed through .+\n  01/);
  expect(await ledger(['parties', 'DE'])).toMatch(/\nOwes through .+\n  01/);
});

test('a list of a party is never settled, for who is in a group may be defined otherwise', async () => {
  const cache = async (query: string) =>
    (await app.request(`/commitments?${query}&size=100&asOf=2026-01-01`)).headers.get('Cache-Control');
  expect(await cache('party=DE')).not.toContain('immutable');
  expect(await cache('stage=pledged')).toContain('immutable');
});
