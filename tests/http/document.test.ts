import { typeSheet } from '../../domain/types.ts';
import { expect, test } from 'vitest';
import { history } from '../../projections/history.ts';
import { listed } from '../../projections/hits.ts';
import { commitmentRecord } from '../../projections/record.ts';
import { views } from '../../projections/views/views.ts';
import { givenSummits } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';

type Document = {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  components: { schemas: Record<string, unknown> };
};

test('the document is OpenAPI 3.1, and every reference in it leads somewhere', async () => {
  const text = (await api().get('/openapi.json')).text;
  const document = JSON.parse(text) as Document;
  expect(document.openapi).toBe('3.1.0');
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);
  expect(references.length).toBeGreaterThan(20);
  expect(references.filter((name) => !(name in document.components.schemas))).toEqual([]);
});

test('the document names every address that answers with JSON, and every one answers', async () => {
  const a = api(await givenSummits());
  const document = JSON.parse((await a.get('/openapi.json')).text) as Document;
  const gets = Object.entries(document.paths)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) => path);
  expect(gets).toHaveLength(26);
  // No document is shared in the real input.
  for (const path of gets.filter((one) => one !== '/documents/{document}')) {
    expect([
      path,
      (
        await a.get(
          path
            .replace('events/{id}', 'events/01K38TCSG0E13T5MGP7VBN82TM')
            .replace('/consistency', '/consistency?from=1')
            .replace('/understand', '/understand?kind=date&text=2030')
            .replace('{view}/{picture}', 'all/payments.svg')
            .replace('{view}', 'all')
            .replace('/oembed', '/oembed?url=/pictures/all/payments.svg')
            .replace('{id}', '01K38TCSG0D83FFH9B8VC8WDMT')
            .replace('{name}', 'all')
            .replace('{report}', 'all.json')
            .replace('{party}', 'KR')
            .replace('{announcement}/{key}', '01K38TCSG0E13T5MGP7VBN82TM/total'),
        )
      ).status,
    ]).toEqual([path, 200]);
  }
});

test('every announcement type is in the document', async () => {
  const document = JSON.parse((await api().get('/openapi.json')).text) as Document;
  const text = JSON.stringify(document.components.schemas['Announcement']);
  for (const type of [...Object.keys(typeSheet), 'corrected']) {
    expect(text).toContain(`"${type}"`);
  }
  expect(text).not.toContain('"opened"');
});

test('every answer over the real input is of the form that the document gives', async () => {
  const a = api(await givenSummits());
  for (let size = 0; size <= 88; size += 11) {
    const list = JSON.parse((await a.get(`/commitments?limit=500&size=${size}&asOf=2025-09-30`)).text);
    for (const one of list.commitments) {
      expect(listed.strict().parse(one)).toEqual(one);
      const record = JSON.parse((await a.get(`/commitments/${one.id}?size=${size}`)).text);
      expect(commitmentRecord.strict().parse(record)).toEqual(record);
      const past = JSON.parse((await a.get(`/commitments/${one.id}/history?size=${size}`)).text);
      expect(history.strict().parse(past)).toEqual(past);
    }
    for (const view of views) {
      const answer = JSON.parse((await a.get(`/views/${view.name}?size=${size}`)).text);
      expect(view.schema.strict().parse(answer)).toEqual(answer);
    }
  }
});

test('the document says how much may be sent, and of no answer how much it may hold', async () => {
  const { components } = JSON.parse((await api().get('/openapi.json')).text) as Document;
  const schema = JSON.stringify(components.schemas['FirstAnnouncement']);
  expect(schema).toContain('"maxItems":200');
  for (const [field, most] of Object.entries({
    happened: 64,
    note: 20_000,
    publisher: 500,
    url: 2000,
    min: 41,
    exact: 20_000,
  })) {
    expect(schema).toMatch(new RegExp(`"${field}":\\{[^{}]*"maxLength":${most}\\b`));
  }
  expect(JSON.stringify(components.schemas['NewCommitment'])).toContain('"maxProperties":300');
  for (const [name, answer] of Object.entries(components.schemas)) {
    if (!['NewCommitment', 'FirstAnnouncement', 'Announcement'].includes(name))
      expect([name, /maxLength|maxItems|maxProperties/.test(JSON.stringify(answer))]).toEqual([name, false]);
  }
});
