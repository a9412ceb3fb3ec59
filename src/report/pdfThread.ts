import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PDFiumLibrary } from '@hyzyla/pdfium';
import type { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { Picture } from './document.ts';
import { dataOf, embedded, type FamilyOf, inOurFonts, type Pages } from './pdfData.ts';
import { pngOfBitmap } from './png.ts';
import { makeInThread } from './thread.ts';

/**
 * A thread that holds the compiler and the renderer, and makes one PDF or PNG after another. Both are loaded only here, since
 * they are optional.
 */

/** The names of the packages that compile and draw. */
export type Libraries = { readonly compiler: string; readonly drawer: string };
export type Wanted = { readonly pages: Pages } | { readonly picture: Picture };
export type Asked = { readonly libraries: Libraries; readonly wanted: Wanted };
/** `missing`: the package that is not installed. */
export type Compiled = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly missing: string } | { readonly detail: string };

class Missing extends Error {}

let compiler: NodeCompiler | undefined;
let drawer: PDFiumLibrary | undefined;

async function compiled({ libraries, wanted }: Asked): Promise<Compiled> {
  try {
    const library = await loaded<typeof import('@myriaddreamin/typst-ts-node-compiler')>(libraries.compiler);
    compiler ??= compilerOf(library);
    const bytes = 'pages' in wanted ? pdfBy(compiler, wanted.pages) : await pngBy(compiler, wanted.picture, libraries);
    return { bytes: Uint8Array.from(bytes) };
  } catch (error) {
    if (error instanceof Missing) return { missing: error.message };
    return { detail: String(error).slice(0, 2000) };
  } finally {
    // The compiler caches its layout until told to drop it.
    compiler?.evictCache(0);
  }
}

async function loaded<Library>(name: string): Promise<Library> {
  try {
    return (await import(name)) as Library;
  } catch (cause) {
    throw new Missing(name, { cause });
  }
}

/**
 * A compiler with our fonts and those of the machine. Our templates read no file; the folder of the fonts is all they could
 * see.
 */
function compilerOf({ NodeCompiler }: typeof import('@myriaddreamin/typst-ts-node-compiler')): NodeCompiler {
  const fonts = join(import.meta.dirname, 'fonts');
  return NodeCompiler.create({ workspace: fonts, fontArgs: [{ fontPaths: [fonts] }] });
}

const reportTemplate = readFileSync(new URL('./template.typ', import.meta.url), 'utf8');
const pictureTemplate = readFileSync(new URL('./picture.typ', import.meta.url), 'utf8');

/**
 * A PDF that conforms to PDF/UA-1. Where that fails, mostly because no font has a character, one without, which says which
 * characters those are.
 */
function pdfBy(by: NodeCompiler, pages: Pages): Uint8Array {
  const familyOf = familiesBy(by, pages.pictures);
  const document = (report: string) => ({ mainFileContent: reportTemplate, inputs: { report } });
  try {
    return by.pdf(document(dataOf(pages, familyOf)), { pdfStandard: 'ua-1' });
  } catch (error) {
    return by.pdf(document(dataOf(pages, familyOf, undrawnSigns(error))));
  }
}

/**
 * The characters that the compiler names in its refusal, in order. It writes them as Rust does: `the text `\"漢\"` could not be
 * displayed`, and an invisible one by number: `\\u{e000}`.
 */
export function undrawnSigns(refused: unknown): string[] {
  const named = [...String(refused).matchAll(/the text `\\"(.+?)\\"` could not be displayed/gu)].map(([, sign = '']) => {
    const [, number] = /^\\+u\{([0-9a-f]+)\}$/.exec(sign) ?? [];
    return number === undefined ? sign : String.fromCodePoint(Number.parseInt(number, 16));
  });
  return [...new Set(named)].toSorted();
}

/** The family of each sign that was looked up. */
const families = new Map<string, string | undefined>();

/** Finds which of our fonts has each sign of pictures beyond ASCII: the compiler names those that a font lacks. */
function familiesBy(by: NodeCompiler, pictures: readonly Pick<Picture, 'svg'>[]): FamilyOf {
  let unknown = [...new Set(pictures.map(({ svg }) => svg).join(''))].filter((sign) => sign > '~' && !families.has(sign));
  for (const family of embedded) {
    const missing = new Set(lackedBy(by, family, unknown));
    for (const sign of unknown) if (!missing.has(sign)) families.set(sign, family);
    unknown = unknown.filter((sign) => missing.has(sign));
  }
  for (const sign of unknown) families.set(sign, undefined);
  return (sign) => families.get(sign);
}

const signsTemplate = '#set document(title: "signs")\n#set text(font: sys.inputs.family, fallback: false)\n#sys.inputs.signs';

function lackedBy(by: NodeCompiler, family: string, signs: readonly string[]): string[] {
  if (signs.length === 0) return [];
  try {
    by.pdf({ mainFileContent: signsTemplate, inputs: { family, signs: signs.join(' ') } }, { pdfStandard: 'ua-1' });
    return [];
  } catch (error) {
    return undrawnSigns(error);
  }
}

/** The pixels per px of a picture each way, and the maximum number of pixels of a bitmap: 64 MB. */
const [pointsAPixel, maxPoints] = [2, 16_000_000];

/** A picture as PNG: the compiler sets its text in our fonts, so that it looks the same on every machine. */
async function pngBy(by: NodeCompiler, { svg, width, height }: Picture, { drawer: name }: Libraries): Promise<Uint8Array> {
  const library = await loaded<typeof import('@hyzyla/pdfium')>(name);
  drawer ??= await library.PDFiumLibrary.init();
  const inputs = { svg: inOurFonts(svg, familiesBy(by, [{ svg }])), width: String(width), height: String(height) };
  const pdf = by.pdf({ mainFileContent: pictureTemplate, inputs }, { pdfTags: false });
  const document = await drawer.loadDocument(pdf);
  try {
    const points = Math.min(pointsAPixel, Math.sqrt(maxPoints / (width * height)));
    const [wide, high] = [width, height].map((side) => Math.round(side * points)) as [number, number];
    const drawn = await document.getPage(0).render({ width: wide, height: high, render: async ({ data }) => data });
    return pngOfBitmap(drawn);
  } finally {
    document.destroy();
  }
}

makeInThread(async (asked: Asked) => {
  const made = await compiled(asked);
  return { made, transfer: 'bytes' in made ? [made.bytes.buffer] : [] };
});
