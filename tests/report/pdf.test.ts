import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { expect, test } from 'vitest';
import type { ReportDocument } from '../../src/report/document.ts';
import { pdfOf } from '../../src/report/pdf.ts';
import { dataOf, inOurFonts, type Paper } from '../../src/report/pdfData.ts';
import { undrawnSigns } from '../../src/report/pdfThread.ts';
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

function fontsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\/BaseFont\s*\/(?:[A-Z]{6}\+)?([A-Za-z]+)/g)].map(([, name = '']) => name))];
}

test('every font of a PDF is one that the compiler brings, also in its pictures, whatever the machine has', async () => {
  const text = await pdf(await givenSummits(), `/reports/trade-terms.pdf?${cut}`);
  const names = fontsIn(text);
  expect(names.length).toBeGreaterThan(1);
  expect(
    names.filter((name) => !/^(LibertinusSerif|DejaVuSansMono|NewComputerModern\w*|LedgerHangulKana)$/.test(name)),
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

const anyFont = (): undefined => undefined;
const empty: ReportDocument = {
  title: '',
  address: '',
  finding: '',
  lede: '',
  brief: [],
  facts: [],
  chapters: [],
  notes: [],
  foot: '',
};

test('the signs that no font has are those that the compiler names, and the document says which by their numbers', () => {
  const compile = (): unknown =>
    NodeCompiler.create().pdf(
      { mainFileContent: '#set document(title: "x")\n#set text(font: "Libertinus Serif", fallback: false)\nᚠ a 𐌰 \u{e000} ᚠ' },
      { pdfStandard: 'ua-1' },
    );
  let refused: unknown;
  try {
    compile();
  } catch (error) {
    refused = error;
  }
  expect(undrawnSigns(refused)).toEqual(['ᚠ', '\u{e000}', '𐌰'].toSorted());
  const pages = { written: empty, pictures: [], paper: 'a4' } as const;
  const said = (signs: string[]): string => (JSON.parse(dataOf(pages, anyFont, signs)) as { undrawn: string }).undrawn;
  expect(said(['ᚠ', '𐌰'])).toMatch(/^No font here has U\+16A0, U\+10330: they show as boxes/);
  expect(said([])).toBe('');
});

test('PDFs that are asked for at once are each their own, also beside one that cannot be made', async () => {
  const titled = (title: string): ReportDocument => ({ ...empty, title, finding: 'Found' });
  const titles = async (...all: string[]): Promise<unknown[]> => {
    const made = await Promise.allSettled([
      pdfOf(empty, { libraries: { compiler: 'none', drawer: '' } }),
      ...all.map((one) => pdfOf(titled(one))),
    ]);
    return made.map((one) => {
      if (one.status === 'rejected') return (one.reason as Error).name;
      return /<dc:title>.*?>([^<]+)</s.exec(Buffer.from(one.value).toString('latin1'))?.[1];
    });
  };
  expect(await titles('one', 'two', 'three')).toEqual(['NoLibrary', 'one', 'two', 'three']);
});

test('three notes or more in a row are one link to the first', () => {
  const told = { as: 'paragraph', text: [{ notes: [1, 2, 4, 5, 6, 9] }] } as const;
  const written = { ...empty, chapters: [{ id: 'one', title: 'One', blocks: [told] }] };
  const data = JSON.parse(dataOf({ written, pictures: [], paper: 'a4' }, anyFont)) as typeof written;
  expect(data.chapters[0]?.blocks[0]?.text).toEqual([
    {
      notes: [
        { to: 1, said: '1' },
        { to: 2, said: '2' },
        { to: 4, said: '4–6' },
        { to: 9, said: '9' },
      ],
    },
  ]);
});

test('what a picture says in other scripts, and the sign of a currency, is in a font of the package, whatever the machine has', async () => {
  const said = '₩5 한국 カナ عربي שלום Москва Ελλάδα ≠ → é';
  const text = `<text x="5" y="20">${said}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="50"><style>text { font-family: Arial }</style>${text}</svg>`;
  const pictures = [{ words: 'w', svg, width: 300, height: 50 }];
  const made = Buffer.from(await pdfOf({ ...empty, title: 'x', finding: 'x' }, { pictures })).toString('latin1');
  expect(
    fontsIn(made).filter((name) => !/^(LibertinusSerif|DejaVuSansMono|NewComputerModern\w*|LedgerHangulKana)$/.test(name)),
  ).toEqual([]);
  expect(fontsIn(made)).toEqual(expect.arrayContaining(['DejaVuSansMono', 'LedgerHangulKana']));
});

test('signs that the first font lacks name the one that has them, in the words of a picture and nowhere else', () => {
  const familyOf = (sign: string): string => (/[한국]/.test(sign) ? 'Ledger Hangul Kana' : 'Libertinus Serif');
  const svg = '<svg><title>한국</title><desc>한국</desc><text class="한">é 한국 &amp; x</text></svg>';
  expect(inOurFonts(svg, familyOf)).toBe(
    '<svg><title>한국</title><desc>한국</desc><text class="한">é <tspan font-family="Ledger Hangul Kana">한국</tspan> &amp; x</text></svg>',
  );
});

test('a text in a picture that looks like a style is not touched', () => {
  const svg = '<svg><style>text { font-family: Arial }</style><text>font: any; as said</text></svg>';
  const written = { written: empty, pictures: [{ words: 'w', svg, width: 1, height: 1 }], paper: 'a4' } as const;
  const [picture] = (JSON.parse(dataOf(written, anyFont)) as { pictures: { svg: string }[] }).pictures;
  expect(picture?.svg).toContain("font-family: 'Libertinus Serif'}");
  expect(picture?.svg).toContain('<text>font: any; as said</text>');
});

test('without its optional package a PDF is refused in one line that names it', async () => {
  await expect(pdfOf(empty, { libraries: { compiler: 'no-such-compiler', drawer: '' } })).rejects.toThrow(
    'PDF needs the optional package no-such-compiler, which is not installed',
  );
});

test('a picture stands under the finding where it can be read there; else it takes a page, and the one before has the contents', async () => {
  const told = { as: 'paragraph', text: ['Words'] } as const;
  const chapters = ['One', 'Two'].map((title) => ({ id: title, title, blocks: [told] }));
  const written = { ...empty, title: 'A report', finding: 'Found', chapters };
  const made = async (paper: Paper, ...heights: number[]): Promise<{ pages: number; hasContents: boolean }> => {
    const pictures = heights.map((height) => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="${height}"></svg>`;
      return { words: 'w', svg, width: 760, height };
    });
    const text = Buffer.from(await pdfOf(written, { pictures, paper })).toString('latin1');
    return { pages: Number(/\/Count (\d+)/.exec(text)?.[1]), hasContents: text.includes('/TOCI') };
  };
  expect(await made('a4')).toEqual({ pages: 1, hasContents: false });
  expect(await made('a4', 500)).toEqual({ pages: 1, hasContents: false });
  expect(await made('a4', 1200)).toMatchObject({ hasContents: false });
  expect(await made('letter', 1200)).toMatchObject({ hasContents: true });
  expect(await made('a4', 1400)).toMatchObject({ pages: 3, hasContents: true });
  // The last one fits beside the second, on a page before the third.
  expect(await made('a4', 1300, 900, 900, 300)).toMatchObject({ pages: 4 });
});

test('a word that is longer than its column breaks there', async () => {
  const id = '01K5V73SG03GV1W416EVCS29MX';
  const said = { as: 'table', head: ['What', 'Which'], rows: [[[`Dispute ${id}`, { code: id }], ['w '.repeat(200)]]] } as const;
  const written = { ...empty, chapters: [{ id: 'one', title: 'One', blocks: [said] }] };
  const data = JSON.parse(dataOf({ written, pictures: [], paper: 'a4' }, anyFont)) as {
    chapters: { blocks: { rows: unknown[][][] }[] }[];
  };
  const broken = '01K5V73SG03GV1W416EV\u200bCS29MX';
  expect(data.chapters[0]?.blocks[0]?.rows[0]?.[0]).toEqual([`Dispute ${broken}`, { code: broken }]);
});

test('no column of a table in a PDF is narrower than its longest word', () => {
  const said = { as: 'table', head: ['Who', 'How firm'], rows: [[['w '.repeat(200)], ['formalised, contested']]] } as const;
  const written = { ...empty, chapters: [{ id: 'one', title: 'One', blocks: [said] }] };
  const data = JSON.parse(dataOf({ written, pictures: [], paper: 'a4' }, anyFont)) as {
    chapters: { blocks: { widths: number[] }[] }[];
  };
  const [wide = 0, firm = 0] = data.chapters[0]?.blocks[0]?.widths ?? [];
  // The text is 166 mm wide, a sign of 8.5 points about 1.6 mm, and the space behind a column 4 mm.
  expect((166 * firm) / (wide + firm) - 4).toBeGreaterThan(1.6 * 'formalised,'.length);
});
