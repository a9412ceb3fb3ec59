import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

/** A thread that compiles one PDF and ends. The compiler is loaded here alone, since it is optional. */
export type Compiled = { readonly pdf: Uint8Array<ArrayBuffer> } | { readonly missing: boolean; readonly detail: string };

const {
  library: name,
  template,
  report,
} = workerData as { readonly library: string; readonly template: string; readonly report: string };

type Library = typeof import('@myriaddreamin/typst-ts-node-compiler');

async function compiled(): Promise<Compiled> {
  const library = await (import(name) as Promise<Library>).catch((error: unknown) => ({ missing: String(error) }));
  if ('missing' in library) return { missing: true, detail: library.missing };
  // A template of ours reads no file; an empty folder is all it could see.
  const workspace = mkdtempSync(join(tmpdir(), 'ledger-report-'));
  try {
    const compiler = library.NodeCompiler.create({
      workspace,
      fontArgs: [{ fontPaths: [join(import.meta.dirname, 'fonts')] }],
    });
    const document = { mainFileContent: template, inputs: { report } };
    return {
      pdf: Uint8Array.from(accessible(() => compiler.pdf(document, { pdfStandard: 'ua-1' })) ?? compiler.pdf(document)),
    };
  } catch (error) {
    return { missing: false, detail: error instanceof Error ? error.message.slice(0, 2000) : String(error) };
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** Undefined where PDF/UA-1 cannot be kept: a sign has no font. */
function accessible(compile: () => Uint8Array): Uint8Array | undefined {
  try {
    return compile();
  } catch {
    return undefined;
  }
}

parentPort?.postMessage(await compiled());
