import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { placed, defineView } from '../../../projections/views/view.ts';
import { placedFigure } from '../../../projections/figures.ts';
import { views } from '../../../projections/views/views.ts';
import { program } from '../../../src/cli/program.ts';
import { summitFiles } from '../../../src/cli/sample.ts';
import type { OwnPages } from '../../../src/http/views/ownPages.ts';
import { api } from '../../helpers/api.ts';
import { givenSummits } from '../../helpers/given.ts';
import { attribute, type Element, faultsOf, parsed, textOf } from '../../helpers/html.ts';

/** The first file of a new view. The second is the list of views, to which it is added below. */
const shuttle = defineView({
  name: 'shuttle-diplomacy',
  title: 'Shuttle diplomacy',
  topic: 'japan',
  shape: { words: z.array(placedFigure).describe('What is recorded in words only') },
  project: (commitments) => ({
    words: placed(
      commitments.map(({ line }) => line),
      ({ kind }) => kind === 'text',
    ),
  }),
});

const list = views as unknown as unknown[];
const data = mkdtempSync(join(tmpdir(), 'ledger-view-'));
beforeAll(() => void list.push(shuttle));
afterAll(() => {
  list.splice(list.indexOf(shuttle), 1);
  rmSync(data, { recursive: true, force: true });
});

const september = '?asOf=2025-09-30';
const headings = (elements: readonly Element[], level: string): string[] =>
  elements.filter(({ tagName }) => tagName === level).map((one) => textOf(one).replaceAll(/\s+/g, ' ').trim());

test('no view has to bring a page of its own', () => {
  const none: OwnPages = {};
  const parts: Required<OwnPages>['trade-terms'] = {};
  expect([none, parts]).toEqual([{}, {}]);
});

test('a view that is only defined and listed answers as JSON, and stands in the list of views and in the document', async () => {
  const { get } = api(await givenSummits());
  const answer = await get(`/views/shuttle-diplomacy${september}`);
  expect(answer.status).toBe(200);
  const view = shuttle.schema.parse(JSON.parse(answer.text));
  expect(view.title).toBe('Shuttle diplomacy');
  expect(view.lines.length).toBeGreaterThan(0);
  expect(view.lines.every(({ topic }) => topic.startsWith('japan/'))).toBe(true);
  expect(view.words.length).toBeGreaterThan(0);
  expect(JSON.parse((await get('/views')).text)).toMatchObject({
    views: expect.arrayContaining([{ view: 'shuttle-diplomacy', title: 'Shuttle diplomacy', topic: 'japan' }]) as unknown,
  });
  const document = JSON.parse((await get('/openapi.json')).text) as {
    paths: Record<string, unknown>;
    components: { schemas: Record<string, { properties: object }> };
  };
  expect(document.paths['/views/shuttle-diplomacy']).toBeDefined();
  expect(document.components.schemas['View-shuttle-diplomacy']?.properties).toHaveProperty('words');
});

test('its page has a heading, every line and its totals, and the other pages lead to it', async () => {
  const { get } = api(await givenSummits());
  const browser = { headers: { Accept: 'text/html' } };
  const { status, text } = await get(`/views/shuttle-diplomacy${september}`, browser);
  expect(status).toBe(200);
  const document = parsed(text);
  expect(faultsOf(document)).toEqual([]);
  const { elements } = document;
  expect(headings(elements, 'h1')).toEqual(['All three commitments are set down in an instrument']);
  expect(headings(elements, 'h2')).toEqual(['Every line', 'What it adds up to']);
  for (const path of ['/', '/views']) {
    const links = parsed((await get(`${path}${september}`, browser)).text).elements.map((one) => attribute(one, 'href'));
    expect(links, path).toContain(`/views/shuttle-diplomacy${september}`);
  }
});

test('the command line prints it, lists it and replays it', async () => {
  const ledger = async (...args: string[]): Promise<string> => {
    const printed: string[] = [];
    const streams = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0),
    );
    try {
      await program().parseAsync(['node', 'ledger', ...args, '--data', data]);
    } finally {
      for (const stream of streams) stream.mockRestore();
    }
    return printed.join('');
  };
  await ledger('restore', ...summitFiles);
  const printed = await ledger('view', 'shuttle-diplomacy', '--as-of', '2025-09-30');
  expect(printed).toMatch(/^Shuttle diplomacy\n/);
  const { lines } = shuttle.schema.parse(JSON.parse(await ledger('view', 'shuttle-diplomacy', '--json')));
  for (const { title } of lines) expect(printed.replaceAll(/\s+/g, ' ')).toContain(title.slice(0, 30));
  expect(await ledger('view')).toContain('shuttle-diplomacy');
  expect(await ledger('replay', 'shuttle-diplomacy')).toContain('equal');
});
