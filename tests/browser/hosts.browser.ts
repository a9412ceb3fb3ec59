import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, missing, serveSummits, type Site, visit } from './chromium.ts';

/** Pages of strangers in a browser on this machine, and the reference, which sends requests of its own. */

const commitment = '01K38TCSG0D83FFH9B8VC8WDMT';
const fields = {
  commitment,
  type: 'observed',
  happened: '2025-10-01',
  'saidBy.0.actor': 'KR',
  'sources.0.publisher': 'The Stranger',
  'sources.0.url': 'https://evil.example/1',
  do: 'record',
};

let browser: Browser;
let site: Site;
beforeAll(async () => {
  if (missing !== undefined) return;
  // The stranger's name leads to this machine, as after a rebinding.
  [browser, site] = await Promise.all([launch('--host-resolver-rules=MAP evil.example 127.0.0.1'), serveSummits()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A page of the stranger at this address of his, as he served it before his name was made to lead elsewhere. */
async function strangers(page: Page, address: string, body: string): Promise<void> {
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(address);
}

function form(action: string): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
  return `<form method="post" action="${action}/record">${inputs.join('')}<button>Win a prize</button></form>`;
}

async function submit(page: Page): Promise<number> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Win a prize' }).click();
  return (await answered).status();
}

describe.skipIf(missing !== undefined)('pages of strangers', () => {
  test('the form records when it is ours, so that what follows proves something', async () => {
    const { page, context } = await visit(browser, site, {});
    await page.goto(`/record?commitment=${commitment}&type=observed`);
    for (const [name, value] of Object.entries(fields))
      if (!['commitment', 'type', 'do'].includes(name)) await page.locator(`[name="${name}"]`).fill(value);
    const before = await site.size();
    await page.locator('.send button[value="preview"]').click();
    await page.getByRole('button', { name: 'Record it' }).click();
    await page.waitForURL(/#e-/);
    expect(await site.size()).toBe(before + 1);
    await context.close();
  });

  test('a form under a name that was made to lead here is answered 421, and nothing is recorded', async () => {
    const { page, context } = await visit(browser, site, {});
    const rebound = site.url.replace('127.0.0.1', 'evil.example');
    const before = await site.size();
    await strangers(page, `${rebound}/prize`, form(rebound));
    expect(await submit(page)).toBe(421);
    for (const path of ['/', '/commitments', '/record', '/reference', '/events']) {
      const answer = await page.goto(rebound + path);
      expect([path, answer?.status(), await answer?.text()]).toEqual([path, 421, expect.not.stringContaining('Korea')]);
    }
    expect(await site.size()).toBe(before);
    await context.close();
  });

  test('a form of another site, or of another port of this machine, is refused', async () => {
    const { page, context } = await visit(browser, site, {});
    const before = await site.size();
    for (const address of ['http://other.example/prize', 'http://127.0.0.1:9/prize', 'http://localhost:9/prize']) {
      await strangers(page, address, form(site.url));
      expect([address, await submit(page)]).toEqual([address, 403]);
    }
    expect(await site.size()).toBe(before);
    await context.close();
  });

  test('neither a page nor the reference can be framed', async () => {
    const { page, context } = await visit(browser, site, {});
    // It must be on this machine too: what a stranger's page frames here, the browser refuses by itself.
    const stranger = createServer((asked, answer) => {
      answer.setHeader('Content-Type', 'text/html');
      answer.end(asked.url === '/inside' ? 'inside' : `<iframe src="${asked.url?.slice(2)}"></iframe>`);
    }).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const own = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const framed = async (address: string): Promise<string | undefined> => {
      await page.goto(`${own}/?${address}`);
      await page.waitForLoadState('networkidle');
      return page.frames()[1]?.url();
    };
    expect(await framed(`${own}/inside`)).toBe(`${own}/inside`);
    for (const path of ['/', '/record', '/reference', '/commitments?format=json'])
      expect([path, await framed(site.url + path)]).toEqual([path, 'chrome-error://chromewebdata/']);
    stranger.close();
    await context.close();
  });
});

describe.skipIf(missing !== undefined)('the reference', () => {
  test('under its strict policy it draws every address, and what is tried there is asked', async () => {
    const { page, context, wrongs } = await visit(browser, site, { viewport: { width: 1280, height: 900 } });
    await page.goto('/reference');
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.opblock').count()).toBeGreaterThan(12);
    const block = page.locator('.opblock', { has: page.locator('[data-path="/health"]') });
    await block.locator('.opblock-summary').click();
    await block.getByRole('button', { name: 'Try it out' }).click();
    const answered = page.waitForResponse(`${site.url}/health`);
    await block.getByRole('button', { name: 'Execute' }).click();
    expect((await answered).status()).toBe(200);
    await block.locator('.live-responses-table').waitFor();
    expect(await block.locator('.live-responses-table').innerText()).toContain('"ok"');
    expect(wrongs).toEqual([]);
    await context.close();
  });
});
