import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launch, missing, serveSummits, type Site, visit } from './chromium.ts';

/**
 * What recording takes, as a person does it: fields filled in, keys typed, and pages loaded after the one on which the task begins.
 * Before the forms filled in what follows, the same tasks took 23, 14 to 16, and about 260 fields, and 4 loads each announcement.
 */

let browser: Browser;
let site: Site;
beforeAll(async () => {
  if (missing !== undefined) return;
  browser = await launch();
});
beforeEach(async () => {
  if (missing === undefined) site = await serveSummits();
});
afterEach(async () => site?.close());
afterAll(async () => browser?.close());

/** A person at a page without JavaScript, who counts. */
async function person(start: string) {
  const { page, context, wrongs } = await visit(browser, site, {
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: false,
  });
  await page.goto(start);
  const count = { fields: 0, keys: 0, loads: 0 };
  page.on('domcontentloaded', () => count.loads++);
  const field = (name: string) => page.locator(`[name="${name}"]`);
  return {
    page,
    count,
    async type(fields: Record<string, string>): Promise<void> {
      for (const [name, text] of Object.entries(fields)) {
        await field(name).fill(text);
        count.fields++;
        count.keys += text.length;
      }
    },
    async choose(name: string, value: string): Promise<void> {
      const one = field(name).first();
      if ((await one.evaluate((element) => (element as { tagName?: string }).tagName)) === 'SELECT')
        await one.selectOption(value);
      else await page.locator(`[name="${name}"][value="${value}"]`).check();
      count.fields++;
      count.keys++;
    },
    async press(name: string | RegExp): Promise<void> {
      await Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('button', { name }).last().click()]);
    },
    async end(task: string): Promise<typeof count> {
      expect(wrongs).toEqual([]);
      await context.close();
      process.stdout.write(`${task}: ${count.fields} fields, ${count.loads} loads, ${count.keys} keys\n`);
      return count;
    },
  };
}

/** Opens what is folded away around a field. */
async function unfold(page: Page, name: string): Promise<void> {
  await page.locator(`details:has([name="${name}"]) > summary`).first().click();
}

const pledge = {
  title: 'Patrol vessels for the Philippine coast guard',
  topic: 'alliance/maritime',
  'from.0': 'JP',
  'to.0': 'PH',
  'announcement.happened': '2025-09-10',
  'announcement.terms.0.text': 'up to US$5 billion',
  'announcement.sources.0.publisher': 'The Manila Example',
  'announcement.sources.0.url': 'https://example.org/vessels',
};

const items = [
  ['Japan buys American rice', '75% of purchases'],
  ['Japan buys American aircraft', '100 aircraft'],
  ['Japan buys American defence equipment', 'US$17 billion'],
  ['Japan buys American farm goods', 'US$8 billion'],
  ['Japan buys American energy', 'US$7 billion a year'],
  ['Japan invests in American chips', 'up to US$100 billion'],
  ['Japan invests in American ships', 'at least US$20 billion'],
  ['Japan invests in American medicines', 'about US$30 billion'],
  ['Japan invests in American minerals', 'US$15–25 billion'],
  ['Japan lends to American projects', 'more than US$50 billion'],
] as const;

describe.skipIf(missing !== undefined)('what recording takes', () => {
  test('a pledge with one sum and one source takes at most 9 fields and 2 loads, what comes next at most 6 and 3', async () => {
    const one = await person('/record?type=pledged');
    await one.type(pledge);
    await one.press('Check');
    expect(await one.page.locator('#outcome').innerText()).toContain('up to US$5 billion');
    expect(await one.page.locator('#outcome').innerText()).toContain('A commitment begins');
    await one.press('Record it');
    const address = one.page.url();
    expect(address).toMatch(/\/commitments\/\w+#e-/);
    const first = await one.end('a pledge with one sum and one source');
    expect(first.fields).toBeLessThanOrEqual(9);
    expect(first.loads).toBeLessThanOrEqual(2);

    const next = await person(address);
    await next.page.locator('.acts').getByRole('link', { name: 'fulfilled' }).click();
    await next.page.waitForLoadState('domcontentloaded');
    await unfold(next.page, 'terms.0.counts');
    await next.choose('terms.0.counts', 'increment');
    await next.type({
      happened: '2025-09-20',
      'terms.0.text': 'US$2 billion',
      'sources.0.publisher': 'The Manila Example',
      'sources.0.url': 'https://example.org/first',
    });
    await next.press('Check');
    expect(await next.page.locator('#outcome').innerText()).toContain('US$2 billion');
    await next.press('Record it');
    expect(next.page.url()).toMatch(/#e-/);
    const second = await next.end('the next announcement of the same commitment');
    expect(second.fields).toBeLessThanOrEqual(6);
    expect(second.loads).toBeLessThanOrEqual(3);
    expect(await site.size()).toBe(91);
  });

  test('ten commitments of one joint statement take at most 60 fields and 6 loads', async () => {
    const one = await person('/record/document');
    await one.type({
      'shared.instrument.title': 'Joint statement of Japan and the United States',
      'shared.instrument.kind': 'joint-statement',
      'shared.happened': '2025-09-04',
      'shared.saidBy.0.actor': 'JP',
      'shared.sources.0.publisher': 'The Tokyo Example',
      'shared.sources.0.url': 'https://example.org/joint',
      'items.0.opening.topic': 'trade/purchases',
      'items.0.opening.from.0': 'JP',
      'items.0.opening.to.0': 'US',
      'count.0': '9',
    });
    await one.choose('shared.instrument.binding', 'no');
    await one.press(/^Another like this/);
    for (const [row, [title, words]] of items.entries()) {
      await one.type({ [`items.${row}.opening.title`]: title, [`items.${row}.announcement.terms.0.text`]: words });
    }
    await one.press('Check');
    const shown = await one.page.locator('#outcome').innerText();
    for (const [title] of items) expect(shown).toContain(title);
    await one.press('Record it');
    expect(await one.page.locator('h1').innerText()).toBe('10 items are recorded');
    expect(await site.size()).toBe(108);
    const { fields, loads } = await one.end('ten commitments of one joint statement');
    expect(fields).toBeLessThanOrEqual(60);
    expect(loads).toBeLessThanOrEqual(6);
  });
});
