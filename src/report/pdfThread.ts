import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { dataOf, type Pages } from './pdfData.ts';

/** A thread that holds the compiler and compiles one PDF after the other. The compiler is loaded here alone, since it is optional. */

export type Asked = { readonly id: number; readonly library: string; readonly pages: Pages };
export type Compiled = { readonly pdf: Uint8Array<ArrayBuffer> } | { readonly missing: boolean; readonly detail: string };
export type Answered = { readonly id: number; readonly made: Compiled };

type Library = typeof import('@myriaddreamin/typst-ts-node-compiler');

const template = readFileSync(new URL('./template.typ', import.meta.url), 'utf8');
let compiler: NodeCompiler | undefined;

async function compiled({ library: name, pages }: Asked): Promise<Compiled> {
  const library = await (import(name) as Promise<Library>).catch((error: unknown) => ({ missing: String(error) }));
  if ('missing' in library) return { missing: true, detail: library.missing };
  try {
    compiler ??= compilerOf(library);
    return { pdf: Uint8Array.from(pdfBy(compiler, pages)) };
  } catch (error) {
    return { missing: false, detail: error instanceof Error ? error.message.slice(0, 2000) : String(error) };
  } finally {
    // What was laid out is remembered for as long as nobody forgets it.
    compiler?.evictCache(0);
  }
}

/** A compiler with our fonts and those of the machine. A template of ours reads no file; the folder of the fonts is all it could see. */
function compilerOf({ NodeCompiler }: Library): NodeCompiler {
  const fonts = join(import.meta.dirname, 'fonts');
  return NodeCompiler.create({ workspace: fonts, fontArgs: [{ fontPaths: [fonts] }] });
}

/** A PDF that keeps PDF/UA-1; where it cannot, mostly since a sign has no font, it is one without, which says which signs these are. */
function pdfBy(compiler: NodeCompiler, pages: Pages): Uint8Array {
  try {
    return compiler.pdf(document(dataOf(pages)), { pdfStandard: 'ua-1' });
  } catch (error) {
    return compiler.pdf(document(dataOf(pages, undrawnSigns(error))));
  }
}

function document(report: string): { mainFileContent: string; inputs: { report: string } } {
  return { mainFileContent: template, inputs: { report } };
}

/**
 * The signs that the compiler names in its refusal, in order. It writes them as Rust does: `the text `\"漢\"` could not be displayed`, and
 * by its number what cannot be seen: `\\u{e000}`.
 */
export function undrawnSigns(refused: unknown): string[] {
  const named = [...String(refused).matchAll(/the text `\\"(.+?)\\"` could not be displayed/gu)].map(([, sign = '']) => {
    const [, number] = /^\\+u\{([0-9a-f]+)\}$/.exec(sign) ?? [];
    return number === undefined ? sign : String.fromCodePoint(Number.parseInt(number, 16));
  });
  return [...new Set(named)].toSorted();
}

async function answer(asked: Asked): Promise<void> {
  parentPort?.postMessage({ id: asked.id, made: await compiled(asked) } satisfies Answered);
}

parentPort?.on('message', (asked: Asked) => void answer(asked));
