import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { createApp } from '../../src/http/app.ts';
import { listen } from '../../src/http/serve.ts';
import { givenSummits } from '../given.ts';

/** A browser of this machine, a ledger of the real input that it can open, and what every page is held to. */

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there is no browser to test with; undefined when there is one. */
export const missing = whyMissing();

function whyMissing(): string | undefined {
  try {
    accessSync(executable, constants.X_OK);
    return undefined;
  } catch {
    return `no browser at ${executable} (apt-get install chromium, or CHROMIUM=/path/to/one)`;
  }
}

if (missing !== undefined) process.stderr.write(`\nThe tests in a browser are SKIPPED: ${missing}.\n\n`);

/** The name of a group of tests, which says so when they are skipped. */
export function named(name: string): string {
  return missing === undefined ? name : `${name} · skipped: ${missing}`;
}

export function launch(): Promise<Browser> {
  // Chromium's own sandbox does not run as root, as which CI does.
  return chromium.launch({ executablePath: executable, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

export type Site = { readonly url: string; readonly size: () => Promise<number>; close(): Promise<void> };

/** A service of its own with the 88 events of the real input. */
export async function serveSummits(): Promise<Site> {
  const { ledger, reader } = await givenSummits();
  const faults: unknown[] = [];
  const { url, close } = await listen(createApp({ ledger, reader, logError: (error) => faults.push(error) }), {
    host: '127.0.0.1',
    port: 0,
  });
  return {
    url,
    size: () => ledger.log.size(),
    async close() {
      await close();
      if (faults.length > 0) throw new Error('expected a service without faults', { cause: faults[0] });
    },
  };
}

/** A window on a site that collects whatever a page does wrong: other hosts, failed files, broken security policy. */
export async function visit(
  browser: Browser,
  site: Site,
  options: BrowserContextOptions,
): Promise<{ page: Page; context: BrowserContext; wrongs: string[] }> {
  const context = await browser.newContext({ baseURL: site.url, ...options });
  const page = await context.newPage();
  const wrongs: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url) && !request.url().startsWith('data:')) wrongs.push(`asks ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== 'document') {
      wrongs.push(`${response.status()} for ${response.url()}`);
    }
  });
  page.on('console', (message) => {
    // The status of a page that is a problem is told by the browser too.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) wrongs.push(message.text());
  });
  page.on('pageerror', (error) => wrongs.push(String(error)));
  return { page, context, wrongs };
}

const folder = join(import.meta.dirname, '../../.screenshots');

/** Keeps a picture of the whole page. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** By how many pixels the page is wider than its window, and what leaves it. */
export async function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > width + 1 && element.closest('.vh, .skip, svg svg') === null,
    );
    const named = wide.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
    return [`${document.documentElement.scrollWidth} px in a window of ${width}`, ...named];
  });
}

/** Presses Tab until what has the focus fits; throws after so many. */
export async function tabTo(page: Page, selector: string, atMost = 200): Promise<void> {
  for (let count = 0; count < atMost; count++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`expected ${selector} within ${atMost} presses of Tab, at ${page.url()}`);
}
