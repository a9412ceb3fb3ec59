import { views } from '../../projections/views/views.ts';
import type { Given } from './given.ts';
import { api } from './api.ts';

const cuts = ['', '?size=50', '?asOf=2025-09-30&knownAt=2025-08-31'];
const forms = { json: 'application/json', page: 'text/html', feed: 'application/atom+xml' };

/**
 * What a ledger that holds the real input answers at every address, at several cuts and in every form it has: each answer by its
 * form and address, as status, type and body. Two ledgers of the same events answer the same, whichever store holds them.
 */
export async function everyAnswer(base: Given): Promise<Map<string, string>> {
  const { get } = api(base);
  const answers = new Map<string, string>();
  const ask = async (path: string, form: keyof typeof forms = 'json'): Promise<string> => {
    const { status, headers, text } = await get(path, { headers: { Accept: forms[form] } });
    answers.set(
      `${form} ${path}`,
      `${status} ${headers.get('Content-Type')} ${headers.get('ETag')} ${headers.get('Link')}\n${text}`,
    );
    return text;
  };
  const list = JSON.parse(await ask('/commitments?limit=500')) as { commitments: { id: string }[] };
  const ids = list.commitments.map(({ id }) => id);
  const figures = new Set<string>();
  for (const { name } of views) {
    const { lines } = JSON.parse(await ask(`/views/${name}`)) as {
      lines: { figures: { announcement: string; key: string }[] }[];
    };
    for (const { announcement, key } of lines.flatMap((line) => line.figures)) figures.add(`/figures/${announcement}/${key}`);
  }
  const withPage = ['/commitments', ...views.map(({ name }) => `/views/${name}`), ...ids.map((id) => `/commitments/${id}`)];
  for (const path of ['/views', ...withPage, ...ids.map((id) => `/commitments/${id}/history`)])
    for (const cut of cuts) await ask(path + cut);
  for (const path of withPage) await ask(path, 'page');
  for (const path of figures) await ask(path);
  for (const path of ['/', '/two-clocks', '/changes?from=42', '/changes?from=2025-08-22&to=2025-08-23']) {
    await ask(path);
    await ask(path, 'page');
  }
  await ask('/changes?from=42', 'feed');
  const others = ['contested=true', 'stage=pledged', 'party=JP', 'topic=trade', 'q=tariff', 'limit=3', 'size=0'];
  for (const query of others) await ask(`/commitments?${query}`);
  for (const path of ['/events', '/events?after=40&limit=3', '/health', '/ready', '/openapi.json']) await ask(path);
  for (const wrong of ['/commitments?size=99', '/commitments/01K38TCSG0D83FFH9B8VC8WDMZ', '/nowhere']) await ask(wrong);
  return answers;
}
