import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { type FormName, formats, formNames } from '../../src/report/formats.ts';
import { api } from '../helpers/api.ts';
import { dollars, given, givenSummits, source } from '../helpers/given.ts';
import { printed } from '../helpers/printed.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-every-form-'));
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ledger = async (...args: string[]): Promise<string> =>
  printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', data]));

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await ledger('restore', ...summitFiles);
});
afterAll(() => vi.restoreAllMocks());

const cut = { asOf: '2025-09-30', size: '88' };
const id = '01K38TCSG01P8WHPQX4R74FFK2';

type Asked = { readonly path: (form: FormName) => string; readonly args: readonly string[]; readonly own?: boolean };
const ofAnswer = (address: string): Asked => ({
  path: (form) => `${address}${address.includes('?') ? '&' : '?'}format=${form}`,
  args: [address],
});

/** Each kind of answer, by its address and by what the command line calls it. Changes have two cuts of their own. */
const answers: Readonly<Record<string, Asked>> = {
  'a view': { path: (form) => `/reports/alliance-costs.${form}?`, args: ['alliance-costs'] },
  'a filter': {
    path: (form) => `/reports/all.${form}?party=KR&stage=pledged`,
    args: ['all', '--party', 'KR', '--stage', 'pledged'],
  },
  'a party': ofAnswer('/parties/KR'),
  'a calendar': ofAnswer('/due?from=2025-08-01'),
  'a commitment': ofAnswer(`/commitments/${id}`),
  'a history': ofAnswer(`/commitments/${id}/history`),
  'what changed': { ...ofAnswer('/changes?from=60&to=88&asOf=2025-09-30'), own: true },
};

/** What the first bytes of a form are. */
const begins: Readonly<Record<FormName, RegExp>> = {
  json: /^\{"/,
  csv: /^[a-z_]+(,[a-z_]+)+\r\n/,
  md: /^# /,
  html: /^<!doctype html>/,
  xlsx: /^PK/,
  pdf: /^%PDF-1\.7/,
};

test.each(Object.entries(answers))(
  '%s can be had in each form, the same by its address and by the command',
  async (_, asked) => {
    const { app } = api(await givenSummits());
    for (const form of formNames) {
      const own = asked.own ? '' : `&${new URLSearchParams(cut).toString()}`;
      const response = await app.request(`${asked.path(form)}${own}`.replace('?&', '?'));
      expect([form, response.status]).toEqual([form, 200]);
      expect(response.headers.get('Content-Type')).toContain(formats[form].type);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.toString('latin1')).toMatch(begins[form]);
      const file = join(folder, `report.${form}`);
      const options = asked.own ? [] : ['--as-of', cut.asOf, '--size', cut.size];
      await ledger('report', ...asked.args, ...options, '--form', form, '-o', file);
      expect([form, readFileSync(file).equals(bytes)]).toEqual([form, true]);
    }
  },
);

const hostile = [
  '=HYPERLINK("http://x.example")',
  '</style><script>alert(1)</script>',
  '# [a](http://x.example)',
  '#panic("x")',
  'שלום عربي',
  'w'.repeat(20_000),
];

test('hostile text, a word of 20,000 letters and 300 sources are only text in each form of a view', async () => {
  const base = given();
  const sources = Array.from({ length: 300 }, (_, index) => ({ ...source, url: `https://gazette.example/${index}` }));
  for (const text of hostile) {
    const opened = await base.open({ title: text.slice(0, 200) });
    await base.say(opened, 'pledged', { terms: [dollars('sum', '5', { text })], sources });
  }
  const { app } = api(base);
  const found: Partial<Record<FormName, string>> = {};
  for (const form of formNames) {
    const response = await app.request(`/reports/all.${form}`);
    expect([form, response.status]).toEqual([form, 200]);
    found[form] = Buffer.from(await response.arrayBuffer()).toString(form === 'pdf' || form === 'xlsx' ? 'latin1' : 'utf8');
  }
  expect(found.json?.includes('w'.repeat(20_000))).toBe(true);
  expect(found.html?.includes('w'.repeat(20_000))).toBe(true);
  expect(/<script|<a [^>]*href="http:\/\/x\.example/.test(found.html ?? '')).toBe(false);
  expect(found.html?.match(/<\/style>/g)?.length).toBe(1 + (found.html?.match(/<svg[^>]*><style>/g)?.length ?? 0));
  expect(found.csv).toContain(`"'=HYPERLINK(""http://x.example"")"`);
  // What is left of Markdown without the signs that it escapes.
  const beyond = found.md?.replaceAll(/\\[!-/:-@[-`{-~]/g, '') ?? '';
  expect(/<script|\]\(http/.test(beyond)).toBe(false);
  expect(/\/URI\s*\(http:\/\/x\.example|\/JavaScript/.test(found.pdf ?? '')).toBe(false);
});
