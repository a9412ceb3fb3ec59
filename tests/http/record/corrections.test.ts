import { expect, test } from 'vitest';
import { given, givenSummits } from '../../helpers/given.ts';
import { browser, vessels } from './browser.ts';

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
  const page = await post({ ...fields, ...why, 'changes.terms.1.min': 'plenty', do: 'record' });
  expect(page.status).toBe(400);
  expect(page.words('changes.terms.1.min-e')).toContain('expected a figure');
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
