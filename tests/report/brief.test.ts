import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { dollars, given, givenSummits, source } from '../helpers/given.ts';

/** What stands before the first chapter and the pictures. */
const before = (text: string): string => text.slice(0, text.indexOf('\n## '));

async function markdown(base: Parameters<typeof api>[0], path: string): Promise<string> {
  return (await api(base).app.request(path)).text();
}

test('a report begins with what to take away, in each form that is read', async () => {
  const base = await givenSummits();
  const at = (form: string) => `/reports/trade-terms.${form}?asOf=2025-09-30&size=88`;
  const text = before(await markdown(base, at('md')));
  expect(text).toContain('- **In all**: South Korea US\\$450 billion');
  expect(text).toContain("**Contested**: Korea's US\\$350bn investment package (since 6 Aug 2025)");
  expect(text).toMatch(/\*\*Expected by now, not delivered\*\*: .*; and four more/);
  expect(text).toMatch(/\*\*Next\*\*: /);
  expect(text).toMatch(/\*\*Newest\*\*: 2\d (Aug|Sep) 2025, /);
  const page = await markdown(base, at('html'));
  expect(page.indexOf('<b><bdi>In all</bdi></b>')).toBeGreaterThan(0);
  expect(page.indexOf('<b><bdi>In all</bdi></b>')).toBeLessThan(page.indexOf('<section'));
});

test('a line of what to take away is left out where it has nothing to say, and counts what it does not name', async () => {
  const base = given();
  for (const title of ['One', 'Two', 'Three', 'Four', 'Five']) {
    const id = await base.open({ title });
    await base.say(id, 'pledged', { terms: [dollars('sum', '5', { deadline: '2030-01-01' })], sources: [source] });
  }
  const text = before(await markdown(base, '/reports/all.md'));
  expect(text).toMatch(/\*\*Next\*\*: 1 Jan 2030, One: .*; 1 Jan 2030, Two: .*; 1 Jan 2030, Three: .*; and two more\n/);
  expect(text).not.toMatch(/\*\*(Contested|Not fully performed in time)\*\*/);
});

test('what a commitment is about stands in its finding', async () => {
  const text = await markdown(await givenSummits(), '/commitments/01K38TCSG0D83FFH9B8VC8WDMT?asOf=2025-09-30&format=md');
  expect(text).toMatch(
    /\n\*\*South Korea → United States: US\\\$350 billion, pledged since 31 Jul 2025; a dispute is open\.\*\*\n/,
  );
});
