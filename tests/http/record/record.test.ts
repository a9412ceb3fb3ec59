import { typeSheet } from '../../../domain/types.ts';
import { expect, test } from 'vitest';
import { given, givenSummits } from '../../helpers/given.ts';
import { browser, type Element, type Fields, vessels } from './browser.ts';

test('begins with the commitments spoken of last and the types, and leads on to the fields of one', async () => {
  const { open } = await browser(givenSummits());
  const page = await open('/record');
  expect(page.status).toBe(200);
  expect([...page.names]).toEqual(['commitment', 'type']);
  expect(page.text).toContain('Korea&#39;s US$350bn investment package');
  const pledged = await open('/record?type=pledged');
  expect(pledged.names).toContain('title');
  expect(pledged.names).toContain('announcement.reported');
  expect(pledged.names).not.toContain('announcement.mode');
});

test('asks for the fields that the type needs, and no others', async () => {
  const base = given();
  const id = await base.open();
  const { open } = await browser(base);
  const namesOf = async (type: string): Promise<Set<string>> => (await open(`/record?commitment=${id}&type=${type}`)).names;
  expect(await namesOf('proposed')).toContain('mode');
  expect(await namesOf('pledged')).toContain('reported');
  expect(await namesOf('disputed')).toContain('readings.0.party');
  expect(await namesOf('fulfilled')).toContain('extent');
  expect(await namesOf('ended')).toContain('reason');
  const observed = await namesOf('observed');
  for (const other of ['mode', 'reported', 'readings.0.party', 'extent', 'reason', 'title'])
    expect(observed).not.toContain(other);
});

test('a new commitment is offered only the types that it may begin with', async () => {
  const { open } = await browser();
  const choice = /<select id="type".*?<\/select>/s.exec((await open('/record?type=pledged')).text)?.[0] ?? '';
  const types = Array.from(choice.matchAll(/<option value="([a-z]+)"/g), ([, type]) => type);
  expect(types).toEqual(['proposed', 'pledged', 'formalised', 'observed']);
});

test('a commitment that is not recorded, and a type that is none, are told as such', async () => {
  const { open } = await browser();
  expect((await open('/record?commitment=01K7000000AAAAAAAAAAAAAAAA&type=pledged')).status).toBe(404);
  expect((await open('/record?commitment=elsewhere')).status).toBe(400);
  expect((await open('/record?type=promised')).status).toBe(400);
  expect((await open('/record?corrects=01K7000000AAAAAAAAAAAAAAAA')).status).toBe(422);
});

test('every field has a label, and what describes it is there', async () => {
  const { open } = await browser(givenSummits());
  const commitment = '01K38TCSG01P8WHPQX4R74FFK2';
  for (const type of Object.keys(typeSheet)) {
    const page = await open(`/record?commitment=${commitment}&type=${type}`);
    const attribute = (element: Element, name: string): string | undefined =>
      element.attrs.find((one) => one.name === name)?.value;
    const ids = page.elements.flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const labelled = new Set(
      page.elements.flatMap((element) => (element.tagName === 'label' ? (attribute(element, 'for') ?? []) : [])),
    );
    for (const element of page.elements) {
      for (const id of (attribute(element, 'aria-describedby') ?? '').split(' ').filter(Boolean)) expect(ids).toContain(id);
      const [id, kind] = [attribute(element, 'id'), attribute(element, 'type')];
      if (!['input', 'select', 'textarea'].includes(element.tagName) || ['hidden', 'radio', 'checkbox'].includes(kind ?? ''))
        continue;
      if (attribute(element, 'aria-label') === undefined) expect(labelled).toContain(id);
    }
  }
});

test('a refused form answers with the status of the problem, keeps every word and puts each problem at its field', async () => {
  const base = given();
  const id = await base.open();
  const { open, post, size } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const typed = {
    ...vessels,
    happened: 'last summer',
    'terms.0.min': 'plenty',
    'sources.0.url': '',
    note: 'Ask again\nnext week',
  };
  const page = await post({ ...fields, ...typed, do: 'record' });
  expect(page.status).toBe(400);
  expect(await size()).toBe(1);
  for (const [name, text] of Object.entries(typed)) expect(page.fields[name]?.trim()).toBe(text);
  expect(page.attribute('happened', 'aria-invalid')).toBe('true');
  expect(page.attribute('happened', 'aria-describedby')).toContain('happened-e');
  expect(page.words('happened-e')).toContain('depends on the day it was said: which dates?');
  expect(page.words('terms.0.min-e')).toContain('expected a figure; where the words give none');
  expect(page.words('sources.0-e')).toContain('add its address, or the passage copied from it');
  // The list on top leads to each of them.
  for (const name of ['happened', 'terms.0.min', 'sources.0']) {
    expect(page.hrefs).toContain(`#${name}`);
    expect(page.has(name)).toBe(true);
  }
  expect(page.attribute('saidBy.0.actor', 'aria-invalid')).toBeUndefined();
});

test('what the rules refuse is told with the status that the API gives', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const byBeneficiary = await post({ ...fields, ...vessels, 'saidBy.0.actor': 'US', do: 'record' });
  expect(byBeneficiary.status).toBe(422);
  expect(byBeneficiary.words('saidBy-e')).toContain('expected a speaker who is, or speaks for, an obligor (KR), found US');
  expect(byBeneficiary.hrefs).toContain('/problems/not-by-obligor');
  const tooEarly = await post({ ...fields, ...vessels, happened: '2199', do: 'record' });
  expect(tooEarly.status).toBe(422);
  expect(tooEarly.words('happened-e')).toContain('expected a day that has begun');
});

test('previews the line, what changes, and what would be refused, and writes nothing', async () => {
  const base = given();
  const id = await base.open();
  const { open, post, size } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const page = await post({ ...fields, ...vessels, do: 'preview' });
  expect(page.status).toBe(200);
  expect(page.words('outcome')).toContain('5 patrol vessels');
  expect(page.words('outcome')).toMatch(/The stage becomes Pledged, from Opened/);
  expect(page.words('outcome')).toContain('term vessels');
  expect(page.words('outcome')).toContain(
    `"id":"${fields['id']}","recordedby":"tester","source":"/ledgers/test","specversion":"1.0","subject":"${id}","type":"commitment.pledged"}`,
  );
  expect(page.words('outcome')).toContain('"max":"5","min":"5","qualifier":"exact"');
  const refused = await post({ ...fields, ...vessels, 'saidBy.0.actor': 'US', do: 'preview' });
  expect(refused.status).toBe(200);
  expect(refused.words('outcome')).toContain('It would be refused');
  expect(refused.words('saidBy-e')).toContain('an obligor');
  expect(await size()).toBe(1);
});

test('the line that was previewed is the line that is recorded', async () => {
  const base = given();
  const id = await base.open();
  const { open, post, get } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const { fields: again, words } = await post({ ...fields, ...vessels, do: 'preview' });
  const previewed = /\{"data".*\}/.exec(words('outcome'))?.[0] ?? '';
  expect((await post({ ...again, do: 'record' })).status).toBe(303);
  const { text } = await get('/events?after=1', { headers: { Accept: 'application/x-ndjson' } });
  const { sequence, streamrevision, time, ...line } = JSON.parse(text) as Record<string, unknown>;
  expect([sequence, streamrevision, typeof time]).toEqual([2, 1, 'string']);
  expect(line).toEqual(JSON.parse(previewed));
});

test('records, and leads to the announcement in the history of its commitment', async () => {
  const base = given();
  const id = await base.open();
  const { open, post, get, size } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const { status, location } = await post({ ...fields, ...vessels, do: 'record' });
  expect([status, location]).toEqual([303, `/commitments/${id}#e-${fields['id']}`]);
  expect(await size()).toBe(2);
  expect(JSON.parse((await get(`/commitments/${id}`)).text)).toMatchObject({
    stage: 'pledged',
    terms: [{ key: 'vessels', min: '5' }],
  });
});

test('sent twice it records once, also after others have recorded', async () => {
  const base = given();
  const id = await base.open();
  const { open, post, size } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const first = await post({ ...fields, ...vessels, do: 'record' });
  await base.say(id, 'observed');
  const second = await post({ ...fields, ...vessels, do: 'record' });
  expect([second.status, second.location]).toEqual([first.status, first.location]);
  expect(await size()).toBe(3);
  const changed = await post({ ...fields, ...vessels, happened: '2025-09-11', do: 'record' });
  expect(changed.status).toBe(409);
  // What comes back is a form of its own, in case it is another announcement.
  expect(changed.text).toContain('Record again only if this is another announcement');
  expect(changed.fields['id']).not.toBe(fields['id']);
  const previewed = await post({ ...fields, ...vessels, do: 'preview' });
  expect(previewed.words('outcome')).toContain('This is recorded already');
});

test('what others recorded since the form was opened is not written over unseen', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  await base.say(id, 'proposed', { mode: 'demand' });
  const stale = await post({ ...fields, ...vessels, do: 'record' });
  expect(stale.status).toBe(412);
  expect(stale.text).toContain('The commitment has changed since');
  expect(stale.words('outcome')).not.toBe('');
  // The form that comes back has seen it.
  expect((await post({ ...stale.fields, do: 'record' })).status).toBe(303);
});

test('opens a commitment with its first announcement, once', async () => {
  const { open, post, size, get } = await browser();
  const { fields } = await open('/record?type=pledged');
  const typed: Fields = {
    ...Object.fromEntries(Object.entries(vessels).map(([name, text]) => [`announcement.${name}`, text])),
    title: 'Patrol vessels',
    topic: 'alliance/maritime',
    'from.0': 'KR',
    'to.0': 'PH',
    'names.0.party': 'company:kogas',
    'names.0.name': 'KOGAS',
    'links.partOf.0': '01K7000000AAAAAAAAAAAAAAAA',
  };
  const preview = await post({ ...fields, ...typed, do: 'preview' });
  expect(preview.words('outcome')).toContain('A commitment begins: Patrol vessels, Pledged');
  expect(preview.words('outcome')).toContain('The lines to be recorded');
  const first = await post({ ...preview.fields, do: 'record' });
  const second = await post({ ...preview.fields, do: 'record' });
  expect(first.status).toBe(303);
  expect(second.location).toBe(first.location);
  expect(await size()).toBe(2);
  expect(JSON.parse((await get(`/commitments/${fields['opens']}`)).text)).toMatchObject({
    title: 'Patrol vessels',
    from: ['KR'],
    to: ['PH'],
    names: { 'company:kogas': 'KOGAS' },
    links: { partOf: ['01K7000000AAAAAAAAAAAAAAAA'] },
    stage: 'pledged',
  });
});

test('a problem of the opening and one of its first announcement stand each at its own field', async () => {
  const { open, post, size } = await browser();
  const { fields } = await open('/record?type=pledged');
  const page = await post({
    ...fields,
    'from.0': 'XX',
    title: 'A title',
    topic: 'trade',
    'announcement.saidBy.0.actor': 'Korea',
    do: 'record',
  });
  expect(page.status).toBe(400);
  expect(page.words('from.0-e')).toContain('XX is no code of a country; type its name: Japan');
  expect(page.words('announcement.saidBy.0.actor-e')).toContain(
    'more than one is called “Korea”: which is meant? KR (South Korea)',
  );
  expect(page.words('announcement.sources-e')).toContain('expected');
  expect(await size()).toBe(0);
});

test('a list grows and shrinks without losing a word', async () => {
  const base = given();
  const id = await base.open();
  const { open, post, size } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const grown = await post({ ...fields, ...vessels, do: 'add:saidBy' });
  expect(grown.status).toBe(200);
  expect(grown.names).toContain('saidBy.1.actor');
  for (const [name, text] of Object.entries(vessels)) expect(grown.fields[name]?.trim()).toBe(text);
  const two = { ...grown.fields, 'saidBy.1.actor': 'JP' };
  const shrunk = await post({ ...two, do: 'remove:saidBy.0' });
  expect(shrunk.fields['saidBy.0.actor']).toBe('JP');
  expect(shrunk.names).not.toContain('saidBy.1.actor');
  expect(await size()).toBe(1);
});

test('another type keeps what was typed, also what it does not ask for', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=proposed`);
  const other = await post({ ...fields, ...vessels, mode: 'demand', type: 'observed', do: 'type' });
  expect(other.fields).toMatchObject({ type: 'observed', id: fields['id'], 'saidBy.0.actor': 'KR', mode: 'demand' });
  expect((await post({ ...other.fields, do: 'record' })).status).toBe(303);
});

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\u202e&amp;{{x}}\${y}`;

test('what is typed into any field comes back as text and never as a part of the page', async () => {
  const base = given(undefined, { older: true });
  const id = await base.open({ title: hostile });
  const pledge = await base.say(id, 'pledged', { saidBy: [{ actor: 'KR', name: hostile }] });
  const { open, post } = await browser(base);
  for (const path of [
    `/record?commitment=${id}&type=disputed`,
    `/record?corrects=${pledge}`,
    '/record?type=formalised',
    '/record',
  ]) {
    const { fields, names, elements } = await open(path);
    const plain = elements.map(({ tagName }) => tagName).filter((tag) => tag === 'script' || tag === 'img');
    expect(plain).toEqual([]);
    if (path === '/record') continue;
    // What cannot be typed: ids and the type that the form carries, and what is ticked.
    const own = new Set([
      'id',
      'opens',
      'commitment',
      'corrects',
      'seen',
      'type',
      ...[...names].filter((name) => /qualifier$|reported$|(each|unless)$/.test(name)),
    ]);
    const typed = Object.fromEntries([...names].map((name) => [name, own.has(name) ? (fields[name] ?? '') : hostile]));
    for (const action of ['record', 'preview', 'type', 'add:saidBy']) {
      const page = await post({ ...typed, do: action });
      expect(page.elements.filter(({ tagName }) => tagName === 'script' || tagName === 'img')).toEqual([]);
      for (const name of names) if (!own.has(name)) expect(page.fields[name]?.replace(/^\n/, '')).toBe(hostile);
    }
  }
});

test('the types say which of them the rules refuse where the commitment stands', async () => {
  const base = given();
  const id = await base.open();
  const { open } = await browser(base);
  expect((await open(`/record?commitment=${id}`)).text).not.toContain('Refused');
  await base.say(id, 'pledged');
  await base.say(id, 'ended', { reason: 'withdrawn' });
  const { text } = await open(`/record?commitment=${id}`);
  // Once it has ended, a proposal, an observation, a dispute, a performance, and who resumes or joins are still accepted.
  const refused = Object.entries(typeSheet).filter(([, { allowed }]) => !allowed.includes('ended'));
  expect(text.split('<b>Refused</b>')).toHaveLength(refused.length + 1);
  for (const type of ['pledged', 'formalised', 'amended', 'reaffirmed', 'suspended', 'left', 'ended']) {
    expect(text).toMatch(new RegExp(`<b>${type}</b><small>[^<]*<b>Refused</b> now that the stage is ended`));
  }
});

test('what the ledger has used last is suggested first, then every code there is', async () => {
  const base = given();
  const id = await base.open({ from: ['PH'], to: ['company:kogas'], names: { 'company:kogas': 'Korea Gas' } });
  await base.say(id, 'observed', {
    saidBy: [{ actor: 'person:jane-doe', name: 'Jane Doe', for: 'MY' }],
    terms: [{ key: 'a', kind: 'money', qualifier: 'at-least', min: '5', currency: 'XAF', text: 'five' }],
  });
  const { open } = await browser(base);
  const { elements } = await open(`/record?commitment=${id}&type=observed`);
  const suggested = (list: string): string[] => {
    const datalist = elements.find(({ attrs }) => attrs.some(({ name, value }) => name === 'id' && value === `s-${list}`));
    return (datalist?.childNodes ?? []).flatMap((node) =>
      'attrs' in node ? (node.attrs.find(({ name }) => name === 'value')?.value ?? []) : [],
    );
  };
  const called = (code: string): unknown =>
    elements.find(({ tagName, attrs }) => tagName === 'option' && attrs.some(({ value }) => value === code))?.childNodes[0];
  expect(called('company:kogas')).toMatchObject({ value: 'Korea Gas' });
  expect(called('JP')).toMatchObject({ value: 'Japan, 일본, 日本' });
  expect(suggested('parties').slice(0, 3)).toEqual(['MY', 'PH', 'company:kogas']);
  expect(suggested('parties').length).toBe(250);
  expect(new Set(suggested('parties')).size).toBe(250);
  expect(suggested('actors')[0]).toBe('person:jane-doe');
  expect(suggested('currencies')[0]).toBe('XAF');
  expect(suggested('currencies').length).toBeGreaterThan(150);
  expect(suggested('keys')).toEqual(['a']);
});

test('what is left empty is told as a field to fill in', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=proposed`);
  const page = await post({ ...fields, 'terms.0.key': 'words', do: 'record' });
  expect(page.words('happened-e')).toBe('expected this to be filled in, found nothing');
  expect(page.words('saidBy-e')).toBe('expected at least one, found none');
  expect(page.words('mode-e')).toBe(
    'expected one of the choices, demand, request, plan, claim, threat, expected, found nothing',
  );
  // In the order of the form, not of the rules.
  expect(page.hrefs.filter((href) => /^#(mode|happened|saidBy|terms|sources)/.test(href))).toEqual([
    '#mode',
    '#happened',
    '#saidBy',
    '#terms.0.kind',
    '#sources',
  ]);
});
