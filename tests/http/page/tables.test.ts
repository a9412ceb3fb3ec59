import { expect, test } from 'vitest';
import { givenSummits } from '../../helpers/given.ts';
import { browser, walk } from './walk.ts';

/** Why a table keeps its order, by its first class; src/http/README.md says it to readers. */
const keepsOrder: Readonly<Record<string, string>> = {
  ranges: 'a picture whose rows share a scale',
  matrix: 'a row a view and a column a stage',
  stands: 'a row a subject and a column a party',
  corners: 'the four corners of two dates',
  agreed: 'the first of the lines below it',
  proposals: 'the first of the lines below it',
  chg: 'the newest of what changed, whose page is linked above it',
  late: 'the first of a list that is linked below it',
  ahead: 'the first of the calendar that is linked below it',
  ties: 'sorted by the links above it',
  diff: 'the fields of one correction, or sorted by the links above it',
};

/** Fewer rows are read at a glance. */
const minSorted = 3;

test('each table of a page is sorted by its heads, or says elsewhere why not, and its page has the downloads of its rows', async () => {
  const { statuses, a } = await walk(
    await givenSummits(),
    ['/', '/views', '/two-clocks', '/changes?from=42', '/due', '/parties'],
    {
      most: 400,
    },
  );
  const found = new Set<string>();
  const faults: string[] = [];
  for (const address of statuses.keys()) {
    const response = await a.get(address, browser);
    if (!response.headers.get('Content-Type')?.startsWith('text/html')) continue;
    const tables = [...response.text.matchAll(/<table(?: class="([^"]*)")?>(.*?)<\/table>/gs)];
    // A form shows what it would record, which is in no answer yet.
    if (tables.length === 0 || /^\/(record|reference|frame|pictures|glossary)/.test(address)) continue;
    if (!response.text.includes('<nav class="downloads"')) faults.push(`${address}: has a table and no downloads`);
    for (const [, classes = '', inside = ''] of tables) {
      const rows = inside.split('<tr').length - 2;
      const isSorted = /<th scope="col"[^>]*><a href="[^"]*sort=/.test(inside);
      const reason = classes.split(' ').find((one) => Object.hasOwn(keepsOrder, one));
      found.add(isSorted ? 'sorted' : (reason ?? 'small'));
      if (!isSorted && reason === undefined && rows >= minSorted)
        faults.push(`${address}: ${classes} has ${rows} rows and no sort`);
    }
  }
  expect(faults).toEqual([]);
  expect([...found]).toEqual(expect.arrayContaining(['sorted', 'matrix', 'chg', 'late', 'ahead', 'ranges']));
});
