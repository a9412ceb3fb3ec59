import { typeSheet } from '../../../domain/types.ts';
import fc from 'fast-check';
import { parse } from 'parse5';
import { expect, test } from 'vitest';
import type { DefaultTreeAdapterTypes } from 'parse5';
import { openMemoryLog } from '../../../src/store/memory.ts';
import { type Given, given, givenSummits } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';

type Element = DefaultTreeAdapterTypes.Element;
type Fields = Record<string, string>;

const ownSite = { 'Sec-Fetch-Site': 'same-origin' };

/** A page as a reader of it: what its form would send, what stands where. */
function read(text: string) {
  const elements: Element[] = [];
  const walk = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node) elements.push(node);
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(parse(text));
  const attribute = (element: Element, name: string): string | undefined =>
    element.attrs.find((one) => one.name === name)?.value;
  const textOf = (node: DefaultTreeAdapterTypes.Node): string =>
    'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
  const byId = (id: string): Element | undefined => elements.find((element) => attribute(element, 'id') === id);
  const inputs = elements.filter(
    (element) => ['input', 'textarea', 'select'].includes(element.tagName) && attribute(element, 'name') !== undefined,
  );
  const fields = inputs.flatMap((element): [string, string][] => {
    const name = attribute(element, 'name') ?? '';
    if (element.tagName === 'textarea') return [[name, textOf(element)]];
    if (element.tagName === 'select') {
      const options = element.childNodes.filter((node): node is Element => 'tagName' in node);
      const chosen = options.find((option) => attribute(option, 'selected') !== undefined) ?? options[0];
      return [[name, chosen ? (attribute(chosen, 'value') ?? '') : '']];
    }
    const type = attribute(element, 'type');
    if ((type === 'radio' || type === 'checkbox') && attribute(element, 'checked') === undefined) return [];
    return [[name, attribute(element, 'value') ?? '']];
  });
  const words = (id: string): string => {
    const element = byId(id);
    return element ? textOf(element).replaceAll(/\s+/g, ' ').trim() : '';
  };
  return {
    elements,
    fields: Object.fromEntries(fields),
    names: new Set(inputs.map((element) => attribute(element, 'name') ?? '')),
    words,
    attribute: (id: string, name: string) => {
      const element = byId(id);
      return element && attribute(element, name);
    },
    hrefs: elements.flatMap((element) => attribute(element, 'href') ?? []),
    has: (id: string) => byId(id) !== undefined,
  };
}

async function browser(base: Given | Promise<Given> = given()) {
  const service = api(await base);
  const open = async (path: string) => {
    const { status, text } = await service.get(path, { headers: { Accept: 'text/html' } });
    return { status, text, ...read(text) };
  };
  const post = async (fields: Fields, headers: Record<string, string> = ownSite) => {
    const response = await service.app.request('/record', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
    const text = await response.text();
    return { status: response.status, location: response.headers.get('Location'), text, ...read(text) };
  };
  return { ...service, open, post };
}

const vessels: Fields = {
  happened: '2025-09-10',
  'saidBy.0.actor': 'KR',
  'terms.0.text': 'five patrol vessels',
  'terms.0.kind': 'count',
  'terms.0.key': 'vessels',
  'terms.0.qualifier': 'exact',
  'terms.0.min': '5',
  'terms.0.unit': 'patrol vessels',
  'sources.0.publisher': 'The Test Gazette',
  'sources.0.url': 'https://gazette.example/1',
};

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
  for (const type of [
    'proposed',
    'pledged',
    'formalised',
    'disputed',
    'fulfilled',
    'observed',
    'amended',
    'reaffirmed',
    'ended',
  ]) {
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
      expect(labelled).toContain(id);
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
    'terms.0.min': 'five',
    'sources.0.url': '',
    note: 'Ask again\nnext week',
  };
  const page = await post({ ...fields, ...typed, do: 'record' });
  expect(page.status).toBe(400);
  expect(await size()).toBe(1);
  for (const [name, text] of Object.entries(typed)) expect(page.fields[name]?.trim()).toBe(text);
  expect(page.attribute('happened', 'aria-invalid')).toBe('true');
  expect(page.attribute('happened', 'aria-describedby')).toContain('happened-e');
  expect(page.words('happened-e')).toContain('expected an EDTF date');
  expect(page.words('terms.0.min-e')).toContain('expected a figure as a decimal string');
  expect(page.words('sources.0-e')).toContain('expected at least one of url, sha256 and quote');
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
  expect(page.words('from.0-e')).toContain('ISO 3166-1');
  expect(page.words('announcement.saidBy.0.actor-e')).toContain('expected a party or person');
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

test('a correction starts from what the record says and records the changed fields alone', async () => {
  const base = await givenSummits();
  const { open, post, get, size } = await browser(base);
  const demand = (await base.ledger.log.read(0, 88)).find(({ type }) => type === 'proposed');
  const said = JSON.parse(demand?.data ?? '{}') as { happened: string; terms: { text: string }[] };
  const page = await open(`/record?corrects=${demand?.id}`);
  expect(page.fields['changes.happened']).toBe(said.happened);
  expect(page.fields['changes.terms.0.text']?.trim()).toBe(said.terms[0]?.text);
  const typed = {
    ...page.fields,
    'changes.happened': '2025-08-21',
    reason: 'The day of the report was taken for the day of the announcement',
    'sources.0.publisher': 'The Test Gazette',
    'sources.0.url': 'https://gazette.example/2',
  };
  const preview = await post({ ...typed, do: 'preview' });
  expect(preview.words('outcome')).toContain('happened');
  expect(preview.words('outcome')).toContain('about 22 Aug 2025');
  expect(preview.words('outcome')).toContain('21 Aug 2025');
  const first = await post({ ...typed, do: 'record' });
  const second = await post({ ...typed, do: 'record' });
  expect(first.location).toBe(`/commitments/${demand?.stream}#e-${page.fields['id']}`);
  expect([second.status, second.location]).toEqual([303, first.location]);
  expect(await size()).toBe(89);
  const { text } = await get('/events?after=88', { headers: { Accept: 'application/x-ndjson' } });
  expect((JSON.parse(text) as { data: unknown }).data).toEqual({
    corrects: demand?.id,
    mode: 'refine',
    changes: { happened: '2025-08-21' },
    reason: typed.reason,
    sources: [{ publisher: 'The Test Gazette', url: 'https://gazette.example/2' }],
  });
});

test('a correction in which nothing is changed, and one that leaves out a term by refining, are refused at their field', async () => {
  const base = given();
  const id = await base.open();
  const terms = ['a', 'b'].map((key) => ({ key, kind: 'text', text: `words ${key}` }));
  const pledge = await base.say(id, 'pledged', { terms });
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?corrects=${pledge}`);
  const why = { reason: 'Wrong', 'sources.0.publisher': 'The Test Gazette', 'sources.0.url': 'https://gazette.example/2' };
  const unchanged = await post({ ...fields, ...why, do: 'record' });
  expect(unchanged.status).toBe(400);
  expect(unchanged.text).toContain('expected at least one field to change');
  const fewer = await post({ ...fields, ...why, do: 'remove:changes.terms.1' });
  const refined = await post({ ...fewer.fields, do: 'record' });
  expect(refined.status).toBe(400);
  expect(refined.words('mode-e')).toContain('expected replace where a term is left out ("b"), found refine');
  expect((await post({ ...refined.fields, mode: 'replace', do: 'record' })).status).toBe(303);
});

test('a refused term of a correction is told at the row where it stands, not where it is sent', async () => {
  const base = given();
  const id = await base.open();
  const terms = ['a', 'b'].map((key) => ({
    key,
    kind: 'percent',
    of: 'GDP',
    qualifier: 'exact',
    min: '3',
    max: '3',
    text: '3 %',
  }));
  const pledge = await base.say(id, 'pledged', { terms });
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?corrects=${pledge}`);
  const why = { reason: 'Wrong', 'sources.0.publisher': 'The Test Gazette', 'sources.0.url': 'https://gazette.example/2' };
  const page = await post({ ...fields, ...why, 'changes.terms.1.min': 'three', do: 'record' });
  expect(page.status).toBe(400);
  expect(page.words('changes.terms.1.min-e')).toContain('decimal string');
  expect(page.has('changes.terms.0.min-e')).toBe(false);
});

test('a retraction sends no changes, whatever stands in the form', async () => {
  const base = given();
  const id = await base.open();
  const pledge = await base.say(id, 'pledged');
  const { open, post, get } = await browser(base);
  const { fields } = await open(`/record?corrects=${pledge}`);
  const why = {
    mode: 'retract',
    reason: 'Never said',
    'sources.0.publisher': 'The Test Gazette',
    'sources.0.url': 'https://gazette.example/2',
  };
  const typed = { ...fields, ...why, 'changes.happened': '2025-08-01' };
  expect((await post({ ...typed, do: 'preview' })).words('outcome')).toContain('as if it had never been announced');
  expect((await post({ ...typed, do: 'record' })).status).toBe(303);
  expect(JSON.parse((await get(`/commitments/${id}`)).text)).toMatchObject({ stage: 'none' });
  expect((await open(`/record?corrects=${pledge}`)).status).toBe(422);
});

test('an announcement of the same type, day and speakers is shown as a possible double', async () => {
  const base = given();
  const id = await base.open();
  const old = await base.say(id, 'observed', { happened: '2025-09-10' });
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=observed`);
  const double = await post({ ...fields, ...vessels, do: 'preview' });
  expect(double.words('outcome')).toContain('Possible duplicate');
  expect(double.hrefs).toContain(`/commitments/${id}#e-${old}`);
  const other = await post({ ...fields, ...vessels, 'saidBy.0.actor': 'JP', do: 'preview' });
  expect(other.words('outcome')).not.toContain('Possible duplicate');
});

const elsewhere: Record<string, string>[] = [
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
  { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://localhost' },
  { Origin: 'https://elsewhere.example' },
  { Origin: 'null' },
  {},
];

test.each(elsewhere)('a form that another site sends (%j) records nothing', async (headers) => {
  const base = given();
  const id = await base.open();
  const { open, post, size } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const page = await post({ ...fields, ...vessels, do: 'record' }, headers);
  expect(page.status).toBe(403);
  expect(page.words('main')).toContain('expected a form sent from a page of this service');
  expect(await size()).toBe(1);
});

test('a form of a browser that names its origin alone is taken', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  expect((await post({ ...fields, ...vessels, do: 'record' }, { Origin: 'http://localhost' })).status).toBe(303);
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

test('an address that is no address of the web never becomes a link', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const page = await post({ ...fields, ...vessels, 'sources.0.url': 'javascript:alert(1)', do: 'preview' });
  expect(page.hrefs.filter((href) => href.startsWith('javascript:'))).toEqual([]);
});

async function postRaw(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const { app } = api();
  const response = await app.request('/record', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...ownSite, ...headers },
    body: body as string,
  });
  return response.status;
}

test.each([
  ['a body that is no form', 400, '{"type":"pledged"}', {}],
  ['JSON', 415, '{}', { 'Content-Type': 'application/json' }],
  ['a form in parts', 415, 'x', { 'Content-Type': 'multipart/form-data; boundary=x' }],
  ['bytes that are no UTF-8', 400, new Uint8Array([0x74, 0x3d, 0xff]), {}],
  ['escaped bytes that are no UTF-8', 400, 'type=pledged&title=%FF', {}],
  ['an escaped lone surrogate', 400, 'type=pledged&title=%ED%A0%80', {}],
  ['an escape that is none', 400, 'type=pledged&title=%zz', {}],
  ['more than 512 KiB', 413, `type=pledged&title=${'x'.repeat(512 * 1024)}`, {}],
  ['more than 2000 fields', 413, Array.from({ length: 2100 }, (_, index) => `f${index}=x`).join('&'), {}],
  ['a list of more than 100 rows', 413, 'type=pledged&from.100=KR', {}],
])('%s is refused with %d', async (_, status, body, headers) => {
  expect(await postRaw(body, headers)).toBe(status);
});

test('a NUL is told at its field', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const page = await post({ ...fields, ...vessels, note: 'a\0b', do: 'record' });
  expect(page.status).toBe(400);
  expect(page.words('note-e')).toContain('found a NUL character');
});

test('no form is kept for others, and none runs a script', async () => {
  const { app } = await browser();
  const response = await app.request('/record', { headers: { Accept: 'text/html' } });
  expect(response.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'/);
  expect(response.headers.get('Content-Security-Policy')).not.toContain('unsafe');
  expect(response.headers.get('Cache-Control')).toBe('private, no-cache');
  expect(response.headers.get('Referrer-Policy')).toBe('same-origin');
});

test('no form grows with the log', async () => {
  const base = given(openMemoryLog({ ledger: '/ledgers/test' }));
  const { open } = await browser(base);
  const before = (await open('/record?type=observed')).text.length;
  for (let count = 0; count < 700; count++)
    await base.open({ title: `Commitment ${count}`, topic: `trade/t${count}`, from: ['KR'] });
  const after = (await open('/record?type=observed')).text.length;
  expect(after - before).toBeLessThan(60_000);
});

test('a stale correction keeps what was changed in it, and takes over what others corrected meanwhile', async () => {
  const base = given();
  const id = await base.open();
  const pledge = await base.say(id, 'pledged', { summary: 'One', note: 'Two' });
  const { open, post, get } = await browser(base);
  const { fields } = await open(`/record?corrects=${pledge}`);
  await base.say(id, 'corrected', { corrects: pledge, mode: 'refine', changes: { note: 'Three' }, reason: 'Wrong' });
  const why = { reason: 'Wrong', 'sources.0.publisher': 'The Test Gazette', 'sources.0.url': 'https://gazette.example/2' };
  const stale = await post({ ...fields, ...why, 'changes.summary': 'Four', do: 'record' });
  expect(stale.status).toBe(412);
  expect([stale.fields['changes.summary'], stale.fields['changes.note']].map((text) => text?.trim())).toEqual([
    'Four',
    'Three',
  ]);
  expect((await post({ ...stale.fields, do: 'record' })).status).toBe(303);
  const { events } = JSON.parse((await get(`/commitments/${id}/history`)).text) as {
    events: { data: { changes?: unknown } }[];
  };
  expect(events.at(-1)?.data.changes).toEqual({ summary: 'Four' });
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

test('an announcement of more fields than a form takes is not opened in one', async () => {
  const base = given(undefined, { older: true });
  const id = await base.open();
  const terms = Array.from({ length: 700 }, (_, index) => ({ key: `k${index}`, kind: 'text', text: 'words' }));
  const long = await base.say(id, 'observed', { terms });
  const { open } = await browser(base);
  expect((await open(`/record?corrects=${long}`)).status).toBe(413);
});

test('whatever is posted, the service answers and never fails', { timeout: 60_000 }, async () => {
  const base = await givenSummits();
  const { app, faults } = await browser(base);
  const names = [
    'do',
    'type',
    'id',
    'opens',
    'commitment',
    'corrects',
    'seen',
    'mode',
    'happened',
    'saidBy.0.actor',
    'terms.0.kind',
    'terms.0.min',
    'terms.0.max',
    'terms.0.qualifier',
    'terms.0.key',
    'terms.1.key',
    'names.0.party',
    'announcement.happened',
    'changes.terms.0.min',
    'changes.happened',
    'changes.names.0.party',
    'from.0',
    'sources.0.url',
    'about.announcement',
    'readings.0.by.actor',
    '__proto__',
    'terms.x.y',
    'terms.00.key',
    '',
  ];
  const ids = (await base.ledger.log.read(0, 88)).flatMap(({ id, stream }) => [id, stream]);
  const values = fc.oneof(
    fc.constantFrom(
      '',
      'preview',
      'record',
      'add:terms',
      'remove:terms.0',
      'remove:',
      'pledged',
      'disputed',
      'observed',
      'refine',
      'replace',
      'retract',
      'money',
      'count',
      'exact',
      'between',
      'KR',
      '2025-08-22',
      '2025-08-22~',
      '10 000',
      '1e9',
      '__proto__',
      'https://gazette.example/1',
    ),
    fc.constantFrom(...ids),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const form = fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(form, async (pairs) => {
      const response = await app.request('/record', {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...ownSite },
        body: new URLSearchParams(pairs).toString(),
      });
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
  expect(faults).toEqual([]);
});

test('what the ledger has used last is suggested first, then every code there is', async () => {
  const base = given();
  const id = await base.open({ from: ['PH'], to: ['company:kogas'] });
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
  const page = await post({ ...fields, 'terms.0.text': 'words', do: 'record' });
  expect(page.words('happened-e')).toBe('expected this to be filled in, found nothing');
  expect(page.words('saidBy-e')).toBe('expected at least one, found none');
  expect(page.words('mode-e')).toBe('expected one of the choices, demand, request, plan, claim, threat, expected');
  // In the order of the form, not of the rules.
  expect(page.hrefs.filter((href) => /^#(mode|happened|saidBy|terms|sources)/.test(href))).toEqual([
    '#mode',
    '#happened',
    '#saidBy',
    '#terms.0.kind',
    '#sources',
  ]);
});
