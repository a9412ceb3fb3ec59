import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createApp } from '../../src/http/app.ts';
import { openLedger, type OpenedLedger } from '../../src/compose.ts';
import { wantedIn } from '../../projections/words.ts';
import { matchOf } from '../../projections/wordTokens.ts';
import { generate, type GenerateOptions } from './generate.ts';
import { note, row as measuredRow, timedOnProcessor, type Work } from './measure.ts';
import { type App, answered, ledgerIn, type Reading } from './reading.ts';

/**
 * The rows of the table that say what an answer costs, in processor time, as a ledger grows of which everything is in four
 * topics.
 */

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
  const [hasLists, hasPages, hasDue] = [wanted('growth: GET'), wanted('growth: pages'), wanted('growth: due')];
  if (wanted('growth: changes')) await changing({ folder, events, rounds });
  if (!hasLists && !hasPages && !hasDue) return;
  const row = (name: string, atLeast: string, ours: Work, baseline: Work): Promise<void> =>
    measuredRow(name, atLeast, ours, baseline, rounds);
  const ledger = (length: number): Promise<string> => ledgerIn(folder, 'in-four', { ...inFour, events: length });
  const [data, smallData] = [await ledger(events), await ledger(1000)];
  const [large, small] = [await openLedger({ data }), await openLedger({ data: smallData })];
  for (const { reader } of [large, small]) await reader.readModel.catchUp(await reader.log.size());
  const [app, smallApp] = [createApp(large), createApp(small)];
  const cut = `asOf=${day}&size=${events}`;
  const [past, smallPast] = [`asOf=1990-06-01&size=${events / 2}`, 'asOf=1990-06-01&size=500'];
  const [other, smallOther] = [atOtherCuts(large, events), atOtherCuts(small, 1000)];
  for (const filter of hasLists ? filters : []) {
    const smallCut = cut.replace(String(events), '1000');
    for (const [name, at, smallAt] of [
      [`growth: GET /commitments?${filter}`, cut, smallCut],
      ['growth: the same at a past cut', past, smallPast],
    ] as const) {
      const of = (on: App, which: string, more = ''): Work => asking(on, [`/commitments?${which}&${filter}${more}`], 5);
      await row(name, '0.33', of(app, at), of(smallApp, smallAt));
      // Where fewer match in the small ledger, its page is shorter.
      const lines = Math.max(1, await linesOf(smallApp, `/commitments?${smallAt}&${filter}`));
      if (lines < 50 && !filter.startsWith('limit'))
        await row(
          `${name}, both of ${lines} lines`,
          '0.33',
          of(app, at, `&limit=${lines}`),
          of(smallApp, smallAt, `&limit=${lines}`),
        );
    }
    const [atOther, smallAtOther] = [other, smallOther].map((asked) => asked((at) => `/commitments?${at}&${filter}`)) as [
      Work,
      Work,
    ];
    await row('growth: the same at a past cut not asked before', '0.33', atOther, smallAtOther);
  }
  const text = 'shipbuilding principle';
  const database = new DatabaseSync(join(data, 'views.sqlite'), { readOnly: true });
  const bare = database.prepare(bareQuery);
  const [rarer = '', second = ''] = (wantedIn(text) ?? []).map(matchOf);
  const page = [`/commitments?${cut}&q=${encodeURIComponent(text)}`];
  const asking5 = (): Promise<number> =>
    timedOnProcessor(() => {
      for (let time = 0; time < 5; time++) bare.all({ rarer, other: second });
    });
  if (hasLists) await row('growth: q with two words, against FTS5 alone', '0.5', asking(app, page, 5), asking5);
  for (const filter of hasDue ? ['', '&party=KR'] : []) {
    const [due, smallDue] = [await lastDay(large, events), await lastDay(small, 1000)];
    const of = (on: App, day: string): Work => asking(on, [`/due?asOf=${day}${filter}`], 5);
    await row(`growth: due: GET /due?asOf=the last day${filter}`, '0.33', of(app, due), of(smallApp, smallDue));
    const atPast = (on: App, which: string): Work => asking(on, [`/due?${which}${filter}`], 5);
    await row('growth: due: the same at a past cut', '0.33', atPast(app, past), atPast(smallApp, smallPast));
    const [atOther, smallAtOther] = [other, smallOther].map((asked) => asked((at) => `/due?${at}${filter}`)) as [Work, Work];
    await row('growth: due: the same at a past cut not asked before', '0.33', atOther, smallAtOther);
  }
  if (hasPages) await pages({ large, small, folder, events, rounds });
  database.close();
  const size = (file: string): number =>
    Number(new DatabaseSync(join(data, file)).prepare('PRAGMA page_count').get()?.['page_count']);
  note(`the read model takes ${(size('views.sqlite') / size('log.sqlite')).toFixed(2)} of the log`);
  await large.close();
  await small.close();
}

async function linesOf(app: App, path: string): Promise<number> {
  const { commitments } = (await (await app.request(path)).json()) as { commitments: readonly unknown[] };
  return commitments.length;
}

/** The day of the newest event, or one before it. */
async function lastDay({ reader }: OpenedLedger, length: number, ago = 0): Promise<string> {
  const [last] = await reader.log.read(length - 1, 1);
  return new Date((last?.time ?? 0) - ago * 86_400_000).toISOString().slice(0, 10);
}

/**
 * Asks at past cuts, each time at another: their sizes and days are spread over the ledger. The day is that of another event, up to a
 * fifth of the ledger before or behind.
 */
function atOtherCuts(opened: OpenedLedger, length: number): (pathAt: (cut: string) => string, init?: RequestInit) => Work {
  let count = 0;
  return (pathAt, init = {}) =>
    async () => {
      count++;
      const size = Math.floor(length * (0.1 + 0.85 * ((count * 0.618) % 1)));
      const about = size + Math.floor(length * 0.4 * (((count * 0.755) % 1) - 0.5));
      const asOf = await lastDay(opened, Math.min(length, Math.max(1, about)));
      return timedAnew(createApp(opened), pathAt(`asOf=${asOf}&size=${size}`), init);
    };
}

/** The first page of a view and the front page: as for the first reader after an announcement, and at a past cut. */
async function pages({
  large,
  small,
  folder,
  events,
  rounds,
}: { large: OpenedLedger; small: OpenedLedger } & Pick<Reading, 'folder' | 'events' | 'rounds'>): Promise<void> {
  const copies = mkdtempSync(join(folder, '.growing-'));
  const [now, smallNow] = [await goingOn(folder, copies, events), await goingOn(folder, copies, 1000)];
  const [past, smallPast] = [`asOf=1990-06-01&size=${events / 2}`, 'asOf=1990-06-01&size=500'];
  const other = atOtherCuts(large, events);
  const browser = { headers: { Accept: 'text/html' } };
  for (const [name, path, init] of [
    ['the first page of a view', '/views/trade-terms', {}],
    ['the same as a page', '/views/trade-terms', browser],
    ['home', '/', browser],
  ] as const) {
    const atLeast = name === 'home' ? '0.25' : '0.33';
    await measuredRow(
      `growth: pages: ${name}, after an event`,
      atLeast,
      now.anew(path, init),
      smallNow.anew(path, init),
      rounds,
      1,
    );
    // Each is made anew by an application of its own.
    const [atPast, smallAtPast] = [`${path}?${past}`, `${path}?${smallPast}`].map((at, index) => (): Promise<number> => {
      return timedAnew(createApp(index === 0 ? large : small), at, init);
    }) as [Work, Work];
    await measuredRow(`growth: pages: ${name}, at a past cut`, '0.2', atPast, now.anew(path, init), rounds);
    await measuredRow('growth: pages: the same, against 1,000 events', '0.33', atPast, smallAtPast, rounds);
    const atOther = other((at) => `${path}?${at}`, init);
    await measuredRow(`growth: pages: ${name}, at a past cut not asked before`, '0.2', atOther, now.anew(path, init), rounds);
  }
  for (const one of [now, smallNow]) await one.opened.close();
  rmSync(copies, { recursive: true });
}

/** The number of events with which a copy goes on. */
const more = 200;

/** A copy of a ledger that goes on as it was generated: one event is recorded and kept before each request. */
async function goingOn(folder: string, copies: string, length: number) {
  const data = join(copies, String(length));
  cpSync(await ledgerIn(folder, 'in-four', { ...inFour, events: length }), data, { recursive: true });
  const opened = await openLedger({ data });
  const { log, readModel } = opened.reader;
  const next = generate({ ...inFour, events: length + more }).drop(length);
  const app = createApp(opened);
  const anew = (path: string, init: RequestInit) => async (): Promise<number> => {
    const { value } = next.next();
    if (!value) throw new Error(`expected at most ${more} requests, found another`);
    await log.extend([value]);
    await readModel.catchUp(await log.size());
    return timedAnew(app, path, init);
  };
  return { opened, anew };
}

/** What changed by the newest 1,000 events, each of the two cuts on its own day, and from one day to the next, against 10,000 events. */
async function changing({ folder, events, rounds }: Pick<Reading, 'folder' | 'events' | 'rounds'>): Promise<void> {
  const works = [events, 10_000].map(async (length) => {
    const opened = await openLedger({ data: await ledgerIn(folder, 'in-four', { ...inFour, events: length }) });
    await opened.reader.readModel.catchUp(length);
    const [before, day] = [await lastDay(opened, length, 2), await lastDay(opened, length, 1)];
    const app = createApp(opened);
    return {
      opened,
      other: otherChanges(app, length),
      newest: asking(app, [`/changes?from=${length - 1000}&to=${length}`], 1),
      days: asking(app, [`/changes?from=${before}&to=${day}`], 3),
    };
  });
  const [large, small] = [await works[0], await works[1]];
  if (!large || !small) return;
  await measuredRow('growth: changes of 1,000 events, against 10,000 events', '0.33', large.newest, small.newest, rounds);
  await measuredRow('growth: changes of 1,000 events not asked before, the same', '0.33', large.other, small.other, rounds);
  await measuredRow('growth: changes from one day to the next, the same', '0.33', large.days, small.days, rounds);
  await large.opened.close();
  await small.opened.close();
}

/** What changed by 1,000 events, others each time. */
function otherChanges(on: App, length: number): Work {
  let count = 0;
  return async () => {
    count++;
    const to = Math.floor(1000 + (length - 1000) * ((count * 0.618) % 1));
    return timedAnew(on, `/changes?from=${to - 1000}&to=${to}`, {});
  };
}

function asking(on: App, paths: readonly string[], times: number): Work {
  return () =>
    timedOnProcessor(async () => {
      for (let time = 0; time < times; time++) for (const path of paths) await answered(on, path);
    });
}

async function timedAnew(app: App, path: string, init: RequestInit): Promise<number> {
  return timedOnProcessor(async () => {
    const answer = await app.request(path, init);
    if (answer.status !== 200) throw new Error(`expected 200 for ${path}, found ${answer.status}`);
    await answer.arrayBuffer();
  });
}
