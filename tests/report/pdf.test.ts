import { expect, test } from 'vitest';
import type { ReportDocument } from '../../src/report/document.ts';
import { pdfOf } from '../../src/report/pdf.ts';
import { api } from '../helpers/api.ts';
import { dollars, given, givenSummits, source } from '../helpers/given.ts';

const cut = 'asOf=2025-09-30&size=80';

async function pdf(base: Parameters<typeof api>[0], path: string): Promise<string> {
  const response = await api(base).app.request(path);
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'application/pdf']);
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}

test('a PDF is tagged, keeps PDF/UA-1, says its language, and runs nothing', async () => {
  const text = await pdf(await givenSummits(), `/reports/alliance-costs.pdf?${cut}`);
  expect(text).toMatch(/^%PDF-1\.7/);
  expect(text).toMatch(/\/StructTreeRoot/);
  expect(text).toMatch(/pdfuaid:part>1</);
  expect(text).toMatch(/\/Lang/);
  expect(text).not.toMatch(/\/JavaScript|\/JS\b|\/OpenAction|\/Launch|\/EmbeddedFile/);
});

test('every font of a PDF is one that the compiler brings, also in its pictures, whatever the machine has', async () => {
  const text = await pdf(await givenSummits(), `/reports/trade-terms.pdf?${cut}`);
  const names = new Set([...text.matchAll(/\/BaseFont\s*\/(?:[A-Z]{6}\+)?([A-Za-z]+)/g)].map(([, name = '']) => name));
  expect(names.size).toBeGreaterThan(1);
  expect(
    [...names].filter((name) => !/^(LibertinusSerif|DejaVuSansMono|NewComputerModern\w*|LedgerHangulKana)$/.test(name)),
  ).toEqual([]);
});

test('Hangul, Kana and Cyrillic have a font in the PDF, and it keeps PDF/UA', async () => {
  const base = given();
  const id = await base.open({ title: '한미 정상회담 뷁 カタカナ ひらがな Москва' });
  await base.say(id, 'pledged', { terms: [dollars('sum', '5', { text: '오십억 달러' })], sources: [source] });
  const text = await pdf(base, '/reports/all.pdf');
  expect(text).toMatch(/pdfuaid:part>1</);
  expect(text).toMatch(/\/BaseFont\s*\/[A-Z]{6}\+LedgerHangulKana/);
});

test('hostile text, a word of 20,000 letters and 300 sources are only text in a PDF', async () => {
  const base = given();
  const sources = Array.from({ length: 300 }, (_, index) => ({ ...source, url: `https://gazette.example/${index}` }));
  const hostile = ['#panic("x")', '$x$', '*b*', '= head', '@note-1', '\\', '<label>', '#read("/etc/passwd")', '[', '`'];
  for (const text of [...hostile, 'w'.repeat(20_000), 'שלום عربي']) {
    const id = await base.open({ title: text.slice(0, 100) });
    await base.say(id, 'pledged', { terms: [dollars('sum', '5', { text })], sources });
  }
  const text = await pdf(base, '/reports/all.pdf');
  expect(Number(/\/Count (\d+)/.exec(text)?.[1])).toBeGreaterThan(5);
});

test('what no font of the package has is still made, without the claim of PDF/UA', async () => {
  const base = given();
  await base.open({ title: 'ᚠᚢᚦ' });
  expect(await pdf(base, '/reports/all.pdf')).not.toMatch(/pdfuaid:part>1</);
});

test('without its optional package a PDF is refused in one line that names it', async () => {
  const empty: ReportDocument = { title: '', finding: '', lede: '', facts: [], chapters: [], notes: [], foot: '' };
  await expect(pdfOf(empty, { library: 'no-such-compiler' })).rejects.toThrow(
    'PDF needs the optional package no-such-compiler, which is not installed',
  );
});
