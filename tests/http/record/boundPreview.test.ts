import { expect, test } from 'vitest';
import { dollars, given, type Given } from '../../helpers/given.ts';
import { parsed, readTextOf } from '../../helpers/html.ts';
import { browser, type Fields } from './browser.ts';

/** Spain and France owe Ukraine 20 dollars together; what the preview of an announcement says of it. */
async function previewed(type: string, fields: Fields): Promise<string> {
  const g: Given = given();
  const id = await g.open({ from: ['FR', 'ES'], to: ['UA', 'org:eu'], names: { 'org:eu': 'European Union' } });
  await g.say(id, 'pledged', {
    happened: '2025-01-10',
    saidBy: [{ actor: 'FR' }, { actor: 'ES' }],
    terms: [dollars('sum', '20')],
  });
  const { open, post } = await browser(g);
  expect((await open(`/record?commitment=${id}&type=${type}`)).text).toContain('European Union');
  const { text } = await post({
    commitment: id,
    type,
    id: '01K7000000AAAAAAAAAAAAAAAA',
    seen: '1',
    happened: '2025-02-01',
    'saidBy.0.actor': 'FR',
    'sources.0.publisher': 'The Test Gazette',
    'sources.0.url': 'https://gazette.example/1',
    do: 'preview',
    ...fields,
  });
  const outcome = parsed(text).elements.find((one) => one.attrs.some(({ value }) => value === 'outcome'));
  return readTextOf(outcome!);
}

test('the preview says who is bound now and after the announcement, and who owes each term no longer', async () => {
  const left = await previewed('left', { 'parties.0': 'FR', reason: 'withdrawn' });
  expect(left).toContain('Who is boundPartynowafter itFrance bound since 10 Jan 2025 (pledged) left on 1 Feb 2025');
  expect(left).toContain('As they are: bound: Spain.');
  expect(left).toContain('term sumno longer owed by France');
  expect(left).not.toContain('Only the date, the speaker or the sources differ');
});

test('the preview says who comes in, and that the party was none before', async () => {
  const joined = await previewed('joined', { 'parties.0': 'IT', as: 'obligor', reported: 'true' });
  expect(joined).toContain('Italynot a party to it bound since 1 Feb 2025 (pledged)');
  expect(joined).toContain('term sumfrom then on owed by Italy');
});

test('the preview says what comes into force, and what stays as it is', async () => {
  const inForce = await previewed('reaffirmed', { effective: '2025-03-01', 'saidBy.1.actor': 'ES' });
  expect(inForce).toContain('The stage stays Pledged');
  expect(inForce).toContain('Who is bound stays as it is: bound: France and Spain.');
  expect(inForce).toContain('now not known to be in force; after it in force since 1 Mar 2025 as US$20');
});

test('the preview says how far it is performed before and after', async () => {
  const paid = await previewed('fulfilled', {
    extent: 'partial',
    'terms.0.text': '$5',
    'terms.0.kind': 'money',
    'terms.0.key': 'sum',
    'terms.0.qualifier': 'exact',
    'terms.0.min': '5',
    'terms.0.currency': 'USD',
    'terms.0.counts': 'increment',
  });
  expect(paid).toContain('performance of sum');
  expect(paid).toContain('delivered US$5, 25 % of what was promised');
});
