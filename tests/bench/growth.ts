import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createApp } from '../../src/http/app.ts';
import { openLedger, type OpenedLedger } from '../../src/compose.ts';
import { wantedIn } from '../../projections/words.ts';
import { matchOf } from '../../projections/wordTokens.ts';
import type { GenerateOptions } from './generate.ts';
import { note, row as measuredRow, timed, type Work } from './measure.ts';
import { asking, ledgerIn, type Reading } from './reading.ts';

/** The rows of the table that say what an answer costs as a ledger grows of which everything is in four topics. */

const topics = ['north-korea/denuclearisation', 'japan/summitry', 'alliance/cost-sharing', 'trade/tariffs'];
const inFour: Omit<GenerateOptions, 'events'> = { seed: 1, topicOf: (n) => topics[n % topics.length] ?? '' };

const day = '2026-01-01';
const filters = [
  'limit=50',
  'stage=pledged',
  'warning=quiet',
  'contested=true',
  'party=KR',
  'reason=expired',
  `dueBefore=${day}`,
  'stage=pledged&party=KR&warning=quiet',
  'q=shipbuilding',
  'q=zeppelin',
];

/**
 * The first 50 commitments that have both words in any of their texts, and how many there are, of the index alone: without days and
 * sizes. The number of a row begins with that of its commitment.
 */
const opening = 'rowid / 65536';
const bareQuery = `WITH found AS MATERIALIZED (
    SELECT DISTINCT ${opening} AS sequence FROM words
    WHERE words MATCH :other AND ${opening} IN (SELECT ${opening} FROM words WHERE words MATCH :rarer))
  SELECT sequence, (SELECT count(*) FROM found) AS count FROM found LIMIT 50`;

export async function growth({
  folder,
  events,
  rounds,
  wanted,
}: Pick<Reading, 'folder' | 'events' | 'rounds' | 'wanted'>): Promise<void> {
  const [hasLists, hasPages] = [wanted('growth: GET'), wanted('growth: pages')];
  if (wanted('growth: changes')) await changing({ folder, events, rounds });
  if (!hasLists && !hasPages) return;
  const row = (name: string, atLeast: string, ours: Work, baseline: Work): Promise<void> =>
    measuredRow(name, atLeast, ours, baseline, rounds);
  const ledger = (length: number): Promise<string> => ledgerIn(folder, 'in-four', { ...inFour, events: length });
  const [data, smallData] = [await ledger(events), await ledger(1000)];
  const [large, small] = [await openLedger({ data }), await openLedger({ data: smallData })];
  for (const { reader } of [large, small]) await reader.readModel.catchUp(await reader.log.size());
  const [app, smallApp] = [createApp(large), createApp(small)];
  const cut = `asOf=${day}&size=${events}`;
  const [past, smallPast] = [`asOf=1990-06-01&size=${events / 2}`, 'asOf=1990-06-01&size=500'];
  for (const filter of hasLists ? filters : []) {
    const of = (which: string): string[] => [`/commitments?${which}&${filter}`];
    const smallCut = cut.replace(String(events), '1000');
    await row(`growth: GET /commitments?${filter}`, '0.33', asking(app, of(cut), 5), asking(smallApp, of(smallCut), 5));
    await row(`growth: the same at a past cut`, '0.33', asking(app, of(past), 5), asking(smallApp, of(smallPast), 5));
  }
  const text = 'shipbuilding principle';
  const database = new DatabaseSync(join(data, 'views.sqlite'), { readOnly: true });
  const bare = database.prepare(bareQuery);
  const [rarer = '', other = ''] = (wantedIn(text) ?? []).map(matchOf);
  const page = [`/commitments?${cut}&q=${encodeURIComponent(text)}`];
  const asking5 = (): Promise<number> =>
    timed(() => {
      for (let time = 0; time < 5; time++) bare.all({ rarer, other });
    });
  if (hasLists) await row('growth: q with two words, against FTS5 alone', '0.5', asking(app, page, 5), asking5);
  const browser = { headers: { Accept: 'text/html' } };
  for (const [name, path, init] of [
    ['the first page of a view', '/views/trade-terms?', {}],
    ['the same as a page', '/views/trade-terms?', browser],
    ['home', '/?', browser],
  ] as const) {
    if (!hasPages) continue;
    const [atPast, smallAtPast] = [path + past, path + smallPast];
    // Each is made anew by an application of its own.
    const making = (of: OpenedLedger, at: string) => (): Promise<number> => timedAnew(of, at, init);
    await row(`growth: pages: ${name}, made anew`, name === 'home' ? '0.25' : '0.33', making(large, path), making(small, path));
    await row(`growth: pages: ${name}, at a past cut`, '0.2', making(large, atPast), making(large, path));
    await row(`growth: pages: the same, against 1,000 events`, '0.33', making(large, atPast), making(small, smallAtPast));
  }
  database.close();
  const size = (file: string): number =>
    Number(new DatabaseSync(join(data, file)).prepare('PRAGMA page_count').get()?.['page_count']);
  note(`the read model takes ${(size('views.sqlite') / size('log.sqlite')).toFixed(2)} of the log`);
  await large.close();
  await small.close();
}

/** What changed by the newest 1,000 events, each of the two cuts on its own day, and from one day to the next, against 10,000 events. */
async function changing({ folder, events, rounds }: Pick<Reading, 'folder' | 'events' | 'rounds'>): Promise<void> {
  const works = [events, 10_000].map(async (length) => {
    const opened = await openLedger({ data: await ledgerIn(folder, 'in-four', { ...inFour, events: length }) });
    const { log, readModel } = opened.reader;
    await readModel.catchUp(length);
    const [last] = await log.read(length - 1, 1);
    const day = (ago: number): string => new Date((last?.time ?? 0) - ago * 86_400_000).toISOString().slice(0, 10);
    const app = createApp(opened);
    return {
      opened,
      newest: asking(app, [`/changes?from=${length - 1000}&to=${length}`], 1),
      days: asking(app, [`/changes?from=${day(2)}&to=${day(1)}`], 3),
    };
  });
  const [large, small] = [await works[0], await works[1]];
  if (!large || !small) return;
  await measuredRow('growth: changes of 1,000 events, against 10,000 events', '0.33', large.newest, small.newest, rounds);
  await measuredRow('growth: changes from one day to the next, the same', '0.33', large.days, small.days, rounds);
  await large.opened.close();
  await small.opened.close();
}

async function timedAnew(opened: OpenedLedger, path: string, init: RequestInit): Promise<number> {
  const app = createApp(opened);
  return timed(async () => {
    const answer = await app.request(path, init);
    if (answer.status !== 200) throw new Error(`expected 200 for ${path}, found ${answer.status}`);
    await answer.arrayBuffer();
  });
}
