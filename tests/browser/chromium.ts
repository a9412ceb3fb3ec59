import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { People } from '../../src/people/people.ts';
import type { Drafts } from '../../src/review/drafts.ts';
import { listen } from '../../src/http/listen.ts';
import { givenSummits } from '../helpers/given.ts';

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

export function launch(...more: string[]): Promise<Browser> {
  // Chromium's own sandbox does not run as root, as which CI does.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: executable, args: [...sandbox, ...more] });
}

export type Site = { readonly url: string; readonly size: () => Promise<number>; close(): Promise<void> };

/** A service of its own with the 88 events of the real input; everyone may record there, unless `people` says who; `drafts`: reviewed. */
export async function serveSummits(people?: People, drafts?: Drafts): Promise<Site> {
  const { ledger, reader } = await givenSummits();
  const faults: unknown[] = [];
  const app = createApp({ ledger, reader, people, drafts, logError: (error) => faults.push(error) });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    url: listening.url,
    size: () => ledger.log.size(),
    async close() {
      await listening.close();
      if (faults.length > 0) throw new Error('expected a service without faults', { cause: faults[0] });
    },
  };
}

/** One browser and one site for all tests of a file, where there is a browser: answers what opens a window on that site. */
export function onOneSite(): (options: BrowserContextOptions) => ReturnType<typeof visit> {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    if (missing !== undefined) return;
    [browser, site] = await Promise.all([launch(), serveSummits()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return (options) => visit(browser, site, options);
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

/** Where pictures are kept that nobody looks at unless something is wrong. */
export const screenshots = join(import.meta.dirname, '../../.screenshots');

/** Keeps a picture of the whole page. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

/** By how many pixels the page is wider than its window, and what leaves it. */
export function sideways(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const [width, whole] = [document.documentElement.clientWidth, document.documentElement.scrollWidth];
    if (whole <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > width + 1 && element.closest('.vh, .skip, svg svg') === null,
    );
    const named = wide.slice(0, 5).map((element) => element.tagName.toLowerCase() + '.' + (element.getAttribute('class') ?? ''));
    return [whole + ' px in a window of ' + width, ...named];
  })()`);
}

export type Focused = {
  /** Its place among the elements of the page. */
  readonly place: number;
  readonly text: string;
  readonly html: string;
  /** Whether an outline shows where it is. */
  readonly seen: boolean;
};

/** What has the focus; null when nothing has. */
export function focused(page: Page): Promise<Focused | null> {
  return page.evaluate(`(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return {
      place: [...document.querySelectorAll('*')].indexOf(element),
      text: element.textContent,
      html: element.outerHTML.slice(0, 120),
      seen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
    };
  })()`);
}

/** Presses Tab until what has the focus fits; throws after so many. */
export async function tabTo(page: Page, selector: string, atMost = 200): Promise<void> {
  for (let count = 0; count < atMost; count++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`)) return;
  }
  throw new Error(`expected ${selector} within ${atMost} presses of Tab, at ${page.url()}`);
}
