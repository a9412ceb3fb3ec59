import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { dollars, given, givenSummits } from '../../helpers/given.ts';
import { attribute, elementsOf, parsed, textOf } from '../../helpers/html.ts';

/** What a person reads on pages that were looked at: no codes, no counts of nothing, and the past tense after a record has ended. */

const browser = { headers: { Accept: 'text/html' } };

async function bodyOf(a: ReturnType<typeof api>, path: string): Promise<string> {
  const { text } = await a.get(path, browser);
  const main = parsed(text).elements.find(({ tagName }) => tagName === 'body');
  return textOf(main!).replaceAll(/\s+/g, ' ');
}

test('every page across commitments says where its record ends, and the page of a party then speaks in the past', async () => {
  const a = api(await givenSummits());
  for (const path of ['/', '/parties', '/parties/KR', '/due', '/commitments']) {
    expect([path, await bodyOf(a, `${path}?asOf=2026-11-27`)]).toEqual([
      path,
      expect.stringContaining('This record ends on 30 Sep 2025.'),
    ]);
    expect(await bodyOf(a, `${path}?asOf=2025-09-30`)).not.toContain('This record ends');
  }
  const [old, then] = [await bodyOf(a, '/parties/KR?asOf=2026-11-27'), await bodyOf(a, '/parties/KR?asOf=2025-09-30')];
  expect([old, then]).toEqual([
    expect.stringContaining('What South Korea owed'),
    expect.stringContaining('What South Korea owes'),
  ]);
  expect(then).toContain('Bound by nine commitments; 14 are owed to it; a side in two open disputes.');
});

test('a page of one who only speaks counts nothing that he owes', async () => {
  const text = await bodyOf(api(await givenSummits()), '/parties/person:howard-lutnick');
  expect(text).toContain('Bound by nothing, and owed nothing; a side in one open dispute.');
});

test('a citation of one event, or of none, is a sentence', async () => {
  const g = given();
  const a = api(g);
  expect(await bodyOf(a, '/')).toContain('by an empty record.');
  await g.say(await g.open(), 'pledged', { terms: [dollars('sum', '20')] });
  expect(await bodyOf(a, '/?size=1')).toContain('by the first event of its record.');
  expect(await bodyOf(a, '/?size=2')).toContain('by the first 2 events of its record.');
});

test('the filters in use are said as the form says them, with parties as called', async () => {
  const text = await bodyOf(
    api(await givenSummits()),
    '/commitments?party=KR,US&warning=quiet&contested=true&q=fund&dueBefore=2026-01-01',
  );
  for (const chip of ['Party: South Korea or United States', 'Contested: yes', 'Words: fund', 'Due before: 1 Jan 2026'])
    expect(text).toContain(chip);
  expect(text).not.toMatch(/\b(party|q|dueBefore|warning): /);
});

test('what came into force between two records is said on both sides, and warnings that read the same stand once', async () => {
  const { text } = await api(await givenSummits()).get('/changes?from=60', browser);
  const rows = parsed(text).elements.filter(({ tagName }) => tagName === 'tr');
  const all = rows.map((row) => textOf(row).replaceAll(/\s+/g, ' '));
  const term = all.find((row) => row.startsWith('Term y2026')) ?? '';
  expect(term).toMatch(/not known to be in force.*in force since 1 Jan 2026/);
  const sections = parsed(text).elements.filter(({ tagName }) => tagName === 'section');
  for (const section of sections) {
    const warned = textOf(section).match(/Warning: expected, not deliveredby 23 Aug 2025/g) ?? [];
    expect(warned.length).toBeLessThan(2);
  }
});

test('a long page of a party begins with links to its parts, each with how much is in it', async () => {
  const { text } = await api(await givenSummits()).get('/parties/KR?asOf=2025-09-30', browser);
  const { elements } = parsed(text);
  const contents = elements.find((one) => attribute(one, 'class') === 'meta onpage');
  expect(textOf(contents!)).toMatch(/^On this page: owes 9 · due \d+ · is owed 14 · asked for \d+ · disputes 2 · /);
  const ids = new Set(elements.flatMap((one) => attribute(one, 'id') ?? []));
  const links = [...elementsOf(contents!)].flatMap((one) => attribute(one, 'href') ?? []);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !ids.has(link.slice(1)))).toEqual([]);
});
