import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { dollars, given, type Given } from '../../helpers/given.ts';
import { attribute, parsed, textOf } from '../../helpers/html.ts';

/** What the rail of a commitment says of each stage: `Pledged: 1 Jul 2025`. */
async function railOf(g: Given, id: string, query = ''): Promise<string[]> {
  const { text } = await api(g).get(`/commitments/${id}${query}`, { headers: { Accept: 'text/html' } });
  const { elements } = parsed(text);
  const rail = elements.find((one) => attribute(one, 'class') === 'rail');
  const items = elements.filter(({ tagName, parentNode }) => tagName === 'li' && parentNode === rail);
  return items.map((item) =>
    textOf(item)
      .replace(' (reached)', '')
      .replace(/^(Proposed|Pledged|Formalised|Fulfilled|Ended)/, '$1: '),
  );
}

const instrument = { kind: 'agreement', title: 'The Agreement', date: '2025-08-01', parties: [], binding: 'yes' };

test('the rail does not show as pledged what binds nobody', async () => {
  const g = given(undefined, { older: true });
  const id = await g.open({ from: ['KR'], to: ['US'] });
  await g.say(id, 'pledged', { happened: '2025-07-01', saidBy: [{ actor: 'US' }], terms: [dollars('sum', '20')] });
  await g.say(id, 'formalised', { happened: '2025-08-01', saidBy: [{ actor: 'KR' }], instrument });
  expect(await railOf(g, id)).toEqual([
    'Proposed: 1 Jul 2025',
    'Pledged: went straight to formalised',
    'Formalised: since 1 Aug 2025',
    'Fulfilled: nothing performed on record',
  ]);
});

test('the rail says when a stage was reached to which it has not come back', async () => {
  const g = given();
  const id = await g.open();
  await g.say(id, 'pledged', { happened: '2025-07-01', terms: [dollars('sum', '20')] });
  await g.say(id, 'fulfilled', { happened: '2025-07-20', extent: 'full' });
  await g.say(id, 'amended', { happened: '2025-08-01', terms: [dollars('more', '30')] });
  expect(await railOf(g, id)).toEqual([
    'Proposed: went straight to pledged',
    'Pledged: since 1 Aug 2025',
    'Formalised: no instrument on record',
    'Fulfilled: reached 20 Jul 2025, not so any longer',
  ]);
});

test('the rail says what was performed before the end and after it, and since when it has ended by a notice', async () => {
  const g = given();
  const id = await g.open();
  const paid = (happened: string): Promise<string> => g.say(id, 'fulfilled', { happened, extent: 'partial' });
  await g.say(id, 'pledged', { happened: '2025-01-10', terms: [dollars('sum', '20')] });
  await g.say(id, 'ended', { happened: '2025-02-01', effective: '2025-06-30', reason: 'withdrawn' });
  await paid('2025-03-01');
  expect((await railOf(g, id)).slice(-2)).toEqual(['Fulfilled: performed in part', 'Ended: since 30 Jun 2025']);
  await paid('2025-08-01');
  expect((await railOf(g, id)).slice(-2)).toEqual([
    'Fulfilled: performed in part, and more after the end, 1 Aug 2025',
    'Ended: since 30 Jun 2025',
  ]);
  expect((await railOf(g, id, '?asOf=2025-06-29')).at(-1)).toBe('Fulfilled: performed in part');
});

test('no announcement is shown to move the stage where an effect announced before did', async () => {
  const g = given();
  const id = await g.open();
  await g.say(id, 'pledged', { happened: '2025-01-10', terms: [dollars('sum', '20')] });
  await g.say(id, 'ended', { happened: '2025-02-01', effective: '2025-06-30', reason: 'withdrawn' });
  const paid = await g.say(id, 'fulfilled', { happened: '2025-08-01', extent: 'partial' });
  const { text } = await api(g).get(`/commitments/${id}`, { headers: { Accept: 'text/html' } });
  const item = parsed(text).elements.find((one) => attribute(one, 'id') === `e-${paid}`);
  expect(textOf(item!)).not.toContain('Stage: Ended');
});
