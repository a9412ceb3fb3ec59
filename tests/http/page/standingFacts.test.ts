import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { dollars, given, type Given } from '../../helpers/given.ts';
import { faultsOf, mainTextOf, parsed } from '../../helpers/html.ts';

/** The text of a page as it is read, and what a strict parser finds wrong with it. */
async function read(g: Given, path: string): Promise<string> {
  const { text } = await api(g).get(path, { headers: { Accept: 'text/html' } });
  const page = parsed(text);
  expect(faultsOf(page)).toEqual([]);
  return mainTextOf(page);
}

async function jointPledge(): Promise<{ g: Given; id: string }> {
  const g = given();
  const id = await g.open({ from: ['FR', 'ES'], to: ['UA'] });
  await g.say(id, 'pledged', {
    happened: '2025-01-10',
    saidBy: [{ actor: 'FR' }],
    terms: [dollars('sum', '20', { modality: 'may' })],
    confidence: 'low',
  });
  return { g, id };
}

test('the page of a commitment says who is bound and who is not, and who owes each term', async () => {
  const { g, id } = await jointPledge();
  const page = await read(g, `/commitments/${id}`);
  expect(page).toContain('Bound since 10 Jan 2025 (pledged): France');
  expect(page).toContain('Not bound: Spain');
  expect(page).toContain('owed by France');
  expect(page).toContain('permitted, not promised');
  expect(page).toContain('low confidence');
  const list = await read(g, '/commitments');
  expect(list).toContain('not bound: Spain');
  expect(list).toContain('low confidence');
});

test('the page of a commitment says what was delivered against what was promised, and lists each delivery', async () => {
  const { g, id } = await jointPledge();
  const paid = (happened: string, amount: string): Promise<string> =>
    g.say(id, 'fulfilled', {
      happened,
      saidBy: [{ actor: 'FR' }],
      extent: 'partial',
      terms: [dollars('sum', amount, { counts: 'increment' })],
    });
  await paid('2025-02-01', '3');
  await paid('2025-03-01', '2');
  const page = await read(g, `/commitments/${id}`);
  expect(page).toContain('delivered US$5, 25 % of what was promised');
  expect(page).toContain('this much more · France, 1 Feb 2025');
  expect(page).toContain('this much more · France, 1 Mar 2025');
});

test('the page of a commitment says what is suspended, of what notice was given, and how it ended', async () => {
  const { g, id } = await jointPledge();
  await g.say(id, 'suspended', { happened: '2025-02-01', until: '2026-12-31', keys: ['sum'], saidBy: [{ actor: 'FR' }] });
  await g.say(id, 'left', {
    happened: '2025-03-01',
    effective: '2026-11-04',
    parties: ['FR'],
    reason: 'withdrawn',
    saidBy: [{ actor: 'FR' }],
  });
  const page = await read(g, `/commitments/${id}`);
  expect(page).toContain('Suspended since 1 Feb 2025 until 31 Dec 2026: the term sum');
  expect(page).toContain('Notice given: France leaves on 4 Nov 2026');
  const list = await read(g, '/commitments');
  expect(list).toContain('suspended since 1 Feb 2025');
  expect(list).toContain('notice given: France leaves');
  await g.say(id, 'ended', { happened: '2025-04-01', reason: 'withdrawn', saidBy: [{ actor: 'UA' }] });
  await g.say(id, 'fulfilled', { happened: '2025-05-01', extent: 'partial', saidBy: [{ actor: 'FR' }] });
  const over = await read(g, `/commitments/${id}`);
  expect(over).toContain('Ended: withdrawn, by Ukraine');
  expect(over).toContain('performed in part after the end, 1 May 2025');
});

test('a term whose newer figure is not yet in force says with its own words what is', async () => {
  const g = given();
  const id = await g.open();
  await g.say(id, 'pledged', { happened: '2025-01-10', effective: '2025-01-15', terms: [dollars('sum', '20')] });
  await g.say(id, 'amended', { happened: '2025-02-10', terms: [dollars('sum', '30')] });
  const page = await read(g, `/commitments/${id}`);
  expect(page).toContain('in force since 15 Jan 2025: US$20 $20 The newer figure above is not yet in force.');
});

test('a term that several owe, each since his own day, says for each of them since when it is in force', async () => {
  const g = given();
  const id = await g.open({ from: ['FR', 'ES'], to: ['UA'] });
  const own = (actor: string, effective: string): Promise<string> =>
    g.say(id, 'pledged', { happened: '2025-01-10', effective, saidBy: [{ actor }], terms: [dollars('sum', '20')] });
  await own('FR', '2025-02-01');
  await own('ES', '2025-03-01');
  const page = await read(g, `/commitments/${id}`);
  expect(page).toContain('in force since 1 Mar 2025, for Spain');
  expect(page).toContain('in force since 1 Feb 2025, for France: US$20');
  expect(page).not.toContain('not yet in force');
});

test('of a linked commitment a figure is not told to be in force where an older one still is', async () => {
  const g = given();
  const whole = await g.open();
  await g.say(whole, 'pledged', { happened: '2025-01-10', effective: '2025-01-15', terms: [dollars('sum', '20')] });
  const part = await g.open({ links: { partOf: [whole] } });
  await g.say(part, 'proposed', { happened: '2025-01-10', mode: 'plan' });
  expect(await read(g, `/commitments/${part}`)).toContain('US$20, in force since 15 Jan 2025');
  await g.say(whole, 'amended', { happened: '2025-02-10', terms: [dollars('sum', '30')] });
  const page = await read(g, `/commitments/${part}`);
  expect(page).toContain('US$30');
  expect(page).not.toContain('in force since');
});

test('a line of a view says who is bound, whether it binds, what limits a figure, and draws what was delivered of it', async () => {
  const { g, id } = await jointPledge();
  await g.say(id, 'fulfilled', {
    happened: '2025-02-01',
    saidBy: [{ actor: 'FR' }],
    extent: 'partial',
    terms: [dollars('sum', '5', { counts: 'increment' })],
  });
  const page = await read(g, '/views/trade-terms');
  expect(page).toContain('bound: France');
  expect(page).toContain('not bound: Spain');
  expect(page).toContain('owed by France');
  expect(page).toContain('low confidence');
  expect(page).toContain('delivered US$5, 25 % of what was promised');
});

test('the page of a figure says who owes it, whether its instrument binds, since when it is in force, and what was delivered', async () => {
  const g = given();
  const id = await g.open({ from: ['FR', 'ES'], to: ['UA'] });
  const announcement = await g.say(id, 'formalised', {
    happened: '2025-01-10',
    effective: '2025-02-01',
    saidBy: [{ actor: 'FR' }],
    instrument: { kind: 'agreement', title: 'The Agreement', date: '2025-01-10', parties: ['FR', 'UA'], binding: 'no' },
    terms: [dollars('sum', '20', { modality: 'intends' })],
    confidence: 'low',
  });
  await g.say(id, 'fulfilled', {
    happened: '2025-03-01',
    saidBy: [{ actor: 'FR' }],
    extent: 'partial',
    terms: [dollars('sum', '5', { counts: 'increment' })],
  });
  await g.say(id, 'suspended', { happened: '2025-04-01', saidBy: [{ actor: 'FR' }], reported: true });
  const page = await read(g, `/figures/${announcement}/sum?asOf=2025-03-10`);
  expect(page).toContain('owed by France · effective 1 Feb 2025 · stated as an intention · low confidence · not binding');
  expect(page).toContain('Stands by these dates, and is in force since 1 Feb 2025.');
  expect(page).toContain('delivered US$5, 25 % of what was promised');
  expect(page).toContain('this much more · France, 1 Mar 2025');
  expect(page).toContain('Not bound: Spain');
  expect(await read(g, `/figures/${announcement}/sum`)).toContain('Suspended since 1 Apr 2025');
});

test('a total says what of it was delivered, what is suspended and who does not owe it, and why a term is left out', async () => {
  const { g, id } = await jointPledge();
  await g.say(id, 'amended', {
    happened: '2025-01-20',
    saidBy: [{ actor: 'FR' }],
    terms: [dollars('sum', '20'), dollars('again', '18', { sameAs: 'sum' }), dollars('cap', '50', { role: 'reference' })],
  });
  await g.say(id, 'fulfilled', {
    happened: '2025-02-01',
    saidBy: [{ actor: 'FR' }],
    extent: 'partial',
    terms: [dollars('sum', '5', { counts: 'increment' })],
  });
  await g.say(id, 'suspended', { happened: '2025-03-01', saidBy: [{ actor: 'FR' }] });
  const page = await read(g, '/views/trade-terms');
  expect(page).toContain('US$20delivered US$5A commitment, sum suspended · not owed by Spain');
  expect(page).toContain('A commitment, again suspended · not owed by Spain · the same as sum');
  expect(page).toContain('A commitment, cap suspended · not owed by Spain · a reference, not a promise');
  const { text } = await api(g).get('/views/trade-terms', { headers: { Accept: 'text/html' } });
  expect(text).toMatch(/the same as <a href="\/figures\/[0-9A-Z]{26}\/sum">/);
});

test('a payer of whom nothing is counted is not said to owe 0', async () => {
  const g = given();
  await g.say(await g.open(), 'pledged', { terms: [dollars('cap', '50', { role: 'reference' })] });
  const page = await read(g, '/views/trade-terms');
  expect(page).toContain('nothing counted in USD');
  expect(page).not.toContain('US$0');
});

test('the page of what has ended says what stood last, and what was delivered of it', async () => {
  const { g, id } = await jointPledge();
  const paid = { saidBy: [{ actor: 'FR' }], extent: 'partial', terms: [dollars('sum', '5', { counts: 'increment' })] };
  await g.say(id, 'fulfilled', { happened: '2025-02-01', ...paid });
  await g.say(id, 'ended', { happened: '2025-04-01', reason: 'breached', saidBy: [{ actor: 'UA' }] });
  const page = await read(g, `/commitments/${id}`);
  expect(page).toContain('Ended: breached, by Ukraine');
  expect(page).toContain('These stood last, with what was delivered of them.');
  expect(page).toContain('delivered US$5, 25 % of what was promised');
});

test('the front page says who is bound, and lists what is suspended or announced for a later day', async () => {
  const { g, id } = await jointPledge();
  await g.say(id, 'suspended', { happened: '2025-02-01', until: '2026-12-31', keys: ['sum'], saidBy: [{ actor: 'FR' }] });
  const page = await read(g, '/');
  expect(page).toContain(
    'One commitment is suspended, or changes on a later day A commitment suspended since 1 Feb 2025 until 31 Dec 2026',
  );
  expect(page).toContain('not bound: Spain');
});

test('the page of changes says since when a stage and a warning are, and not the ids that brought them', async () => {
  const { g, id } = await jointPledge();
  const size = await g.ledger.log.size();
  await g.say(id, 'formalised', {
    happened: '2025-03-01',
    saidBy: [{ actor: 'FR' }],
    instrument: { kind: 'agreement', title: 'The Agreement', date: '2025-03-01', parties: ['FR'], binding: 'no' },
    terms: [dollars('sum', '20', { deadline: '2025-06-01' })],
  });
  const page = await read(g, `/changes?from=${size}`);
  expect(page).toContain('since 1 Mar 2025');
  expect(page).toContain('by 1 Jun 2025, the term sum');
  expect(page).not.toMatch(/announcement 01K/);
});

test('the history says after each entry who is bound, where that changed', async () => {
  const { g, id } = await jointPledge();
  await g.say(id, 'observed', { happened: '2025-02-01', saidBy: [{ actor: 'FR' }] });
  await g.say(id, 'pledged', { happened: '2025-03-01', saidBy: [{ actor: 'ES' }], terms: [dollars('own', '5')] });
  const first = 'Now bound: France · bound: France · not bound: Spain';
  const last = 'Now bound: Spain · both are bound';
  for (const path of [`/commitments/${id}`, `/commitments/${id}/history`]) {
    const page = await read(g, path);
    expect([path, page.split(first).length, page.split(last).length, page.split('ound: France ·').length]).toEqual([
      path,
      2,
      2,
      3,
    ]);
    expect(page.indexOf(first)).toBeLessThan(page.indexOf(last));
  }
});
