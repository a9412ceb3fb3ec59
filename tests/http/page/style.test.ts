import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sheet, sheets } from '../../../src/http/page/style.ts';
import { sizeTokens } from '../../../src/http/page/pictures/sizes.ts';
import { rulesOf } from '../../helpers/css.ts';

const folder = join(import.meta.dirname, '../../../src/http');
const rules = rulesOf(sheet);
const selectorOf = ({ selectors }: (typeof rules)[number]): string => selectors.join(', ');

test('every style sheet lies beside what it styles, is sent, and has at most 400 lines', () => {
  expect(globSync('**/*.css', { cwd: folder }).toSorted()).toEqual(sheets.map((name) => `${name}.css`).toSorted());
  const long = sheets.filter((name) => readFileSync(join(folder, `${name}.css`), 'utf8').split('\n').length > 400);
  expect(long).toEqual([]);
});

test('every rule is in a layer, so that none needs !important', () => {
  const outside = rules.filter(({ around }) => !/^@layer (base|parts|rooms|narrow|print)$/.test(around[0] ?? ''));
  expect(outside.map(selectorOf)).toEqual(['@page']);
  expect(sheet).not.toContain('!important');
});

test('a selector has one place in each layer', () => {
  const places = Map.groupBy(rules, (rule) => [...rule.around, selectorOf(rule)].join(' | '));
  expect([...places].flatMap(([place, found]) => (found.length > 1 ? [place] : []))).toEqual([]);
});

test('a class of a room is none of another sheet: a box for pasted text had made every closed list of names as high', () => {
  const rulesIn = new Map(sheets.map((name) => [name, rulesOf(readFileSync(join(folder, `${name}.css`), 'utf8'))]));
  const names = (selector: string): string[] =>
    Array.from(selector.replaceAll(/:not\([^)]*\)/g, '').matchAll(/\.([\w-]+)/g), ([, name = '']) => name);
  const clashes = sheets
    .filter((name) => !name.startsWith('page/'))
    .flatMap((name) => {
      const own = (rulesIn.get(name) ?? []).flatMap(({ selectors }) => selectors.filter((one) => /^\.[\w-]+$/.test(one)));
      const others = [...rulesIn].filter(([other]) => other !== name).flatMap(([, found]) => found);
      const elsewhere = others
        .filter(({ around, declarations }) => around[0] !== '@layer print' || !declarations.includes('display: none'))
        .flatMap(({ selectors }) => selectors.flatMap(names));
      return own.flatMap((one) => (elsewhere.includes(one.slice(1)) ? [`${name}: ${one}`] : []));
    });
  expect(clashes).toEqual([]);
});

test('each size and colour that a sheet uses is defined, those that pictures reckon with by the pictures', () => {
  const declared = rules.flatMap(({ declarations }) => declarations.map((one) => one.split(':')[0] ?? ''));
  const used = new Set(Array.from(sheet.matchAll(/var\((--[\w-]+)\)/g), ([, name]) => name));
  expect([...used].filter((name) => !declared.includes(name ?? ''))).toEqual([]);
  for (const [, name = ''] of sizeTokens().matchAll(/(--[\w-]+):/g)) {
    expect(declared.filter((one) => one === name)).toEqual([name]);
    expect(used).toContain(name);
  }
});

test('one rule makes blocks of the rows and cells of tables on narrow screens', () => {
  const stacking = rules.filter(({ around, selectors, declarations }) => {
    const isOfTable = selectors.some((one) => /(^|[\s&])(tbody|thead|tr|td|th)$/.test(one));
    return around[0] === '@layer narrow' && isOfTable && declarations.includes('display: block');
  });
  expect(stacking.map(selectorOf)).toHaveLength(1);
});

test('no cell of a table stays on one line: the name of one party had made the front page wider than its window', () => {
  const cells = rules.filter(({ declarations }) => declarations.includes('white-space: nowrap'));
  expect(cells.flatMap(({ selectors }) => selectors.filter((one) => /(^|[ >])t[dh]\b[^ ]*$/.test(one)))).toEqual([]);
});
