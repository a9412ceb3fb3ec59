import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createApp } from '../../src/http/app.ts';
import { openLedger } from '../../src/compose.ts';
import { wantedIn } from '../../projections/words.ts';
import { matchOf } from '../../projections/wordTokens.ts';
import type { GenerateOptions } from './generate.ts';
import { note, row as measuredRow, timed, type Work } from './measure.ts';
import { anew, asking, ledgerIn, type Reading } from './reading.ts';

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

export async function growth({
  folder,
  events,
  rounds,
  wanted,
}: Pick<Reading, 'folder' | 'events' | 'rounds' | 'wanted'>): Promise<void> {
  if (!wanted('growth')) return;
  const row = (name: string, atLeast: string, ours: Work, baseline: Work): Promise<void> =>
    measuredRow(name, atLeast, ours, baseline, rounds);
  const ledger = (length: number): Promise<string> => ledgerIn(folder, 'in-four', { ...inFour, events: length });
  const [data, smallData] = [await ledger(events), await ledger(1000)];
  const [large, small] = [await openLedger({ data }), await openLedger({ data: smallData })];
  for (const { reader } of [large, small]) await reader.readModel.catchUp(await reader.log.size());
  const [app, smallApp] = [createApp(large), createApp(small)];
  const cut = `asOf=${day}&size=${events}`;
  const [past, smallPast] = [`asOf=1990-06-01&size=${events / 2}`, 'asOf=1990-06-01&size=500'];
  for (const filter of filters) {
    const of = (which: string): string[] => [`/commitments?${which}&${filter}`];
    const smallCut = cut.replace(String(events), '1000');
    await row(`growth: GET /commitments?${filter}`, '0.33', asking(app, of(cut), 5), asking(smallApp, of(smallCut), 5));
    await row(`growth: the same at a past cut`, '0.33', asking(app, of(past), 5), asking(smallApp, of(smallPast), 5));
  }
  const text = 'shipbuilding principle';
  const database = new DatabaseSync(join(data, 'views.sqlite'), { readOnly: true });
  const bare = database.prepare('SELECT rowid FROM words WHERE words MATCH ? LIMIT 50');
  const asked = (wantedIn(text) ?? []).map(matchOf);
  const page = [`/commitments?${cut}&q=${encodeURIComponent(text)}`];
  await row('growth: q with two words, against FTS5 alone', '0.5', asking(app, page, 5), () =>
    timed(() => {
      for (let time = 0; time < 5; time++) for (const match of asked) bare.all(match);
    }),
  );
  const browser = { headers: { Accept: 'text/html' } };
  for (const [name, path, init] of [
    ['the first page of a view, made anew', '/views/trade-terms', {}],
    ['home, made anew', '/', browser],
  ] as const)
    await row(`growth: ${name}`, '0.33', anew(app, [path], init, 1), anew(smallApp, [path], init, 1));
  database.close();
  const size = (file: string): number =>
    Number(new DatabaseSync(join(data, file)).prepare('PRAGMA page_count').get()?.['page_count']);
  note(`the read model takes ${(size('views.sqlite') / size('log.sqlite')).toFixed(2)} of the log`);
  await large.close();
  await small.close();
}
