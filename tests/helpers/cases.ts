import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { api } from './api.ts';
import { bytes, type Given, given } from './given.ts';
import { attribute, type Element, parsed, textOf } from './html.ts';

/** Small ledgers of the first edition, and what a page says of them. */

export const firstEdition = join(import.meta.dirname, '../cases/first-edition');

export function linesOfCase(name: string): string {
  return readFileSync(join(firstEdition, `${name}.ndjson`), 'utf8');
}

export async function restoredFrom(name: string, clock = '2026-11-27'): Promise<Given> {
  const lines = linesOfCase(name);
  const [first = ''] = lines.split('\n');
  const log = openMemoryLog({ ledger: (JSON.parse(first) as { source: string }).source });
  expect(await restoreLines(log, bytes(lines), { clock: Date.now })).not.toHaveProperty('number');
  return given(log).at(clock);
}

const browser = { headers: { Accept: 'text/html' } };

/** What a page says above all: its heading and the words below it; and what is heard instead of its pictures. */
export async function shown(base: Given, path: string) {
  const { status, text } = await api(base).get(path, browser);
  expect(status).toBe(200);
  const { elements } = parsed(text);
  const first = (fits: (one: Element) => boolean): string => {
    const found = elements.find(fits);
    return found === undefined ? '' : plainly(textOf(found));
  };
  return {
    text,
    elements,
    heading: first(({ tagName }) => tagName === 'h1'),
    lede: first((one) => attribute(one, 'class') === 'lede'),
    body: first(({ tagName }) => tagName === 'main'),
    spoken: elements.flatMap((one) => (attribute(one, 'role') === 'img' ? [attribute(one, 'aria-label') ?? ''] : [])),
  };
}

export function plainly(text: string): string {
  return text.replaceAll(/[\s\u00a0]+/g, ' ').trim();
}
