import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { focused, keepPicture, launch, missing, serveSummits, sideways, type Site, tabTo, visit } from './chromium.ts';

/** The story of the README as a person would do it: open, change the date, follow a figure, record, be refused, correct. */

let browser: Browser;
let site: Site;
beforeAll(async () => {
  if (missing !== undefined) return;
  browser = await launch();
});
afterAll(async () => browser?.close());

const main = (page: Page) => page.locator('main');
/** The bar with both dates; the filter of a page has dates too. */
const clocks = (page: Page) => page.getByRole('region', { name: 'Which day, and as known when' });
const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);

async function type(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) await field(page, name).fill(text);
}

async function press(page: Page, action: 'preview' | 'record'): Promise<number> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.locator(`.send button[value="${action}"]`).click();
  const status = (await answered).status();
  await page.waitForLoadState();
  return status;
}

describe.skipIf(missing !== undefined)('the story', () => {
  describe.each([
    ['without JavaScript', false, 1280],
    ['without JavaScript', false, 390],
    ['with JavaScript', true, 1280],
    ['with JavaScript', true, 390],
  ] as const)('%s (%s), at %d px', (_, javaScriptEnabled, width) => {
    const keep = (page: Page, step: string) =>
      keepPicture(page, `story-${width}-${javaScriptEnabled ? 'js' : 'plain'}-${step}`);

    test('open, change the date, follow a figure, record, be refused, correct, and see it in the history', async () => {
      site = await serveSummits();
      const { page, context, wrongs } = await visit(browser, site, { viewport: { width, height: 900 }, javaScriptEnabled });

      // Where everything stands, then the terms of trade.
      await page.goto('/');
      await page.getByRole('navigation').getByRole('link', { name: 'Trade terms' }).click();
      expect(await main(page).innerText()).toContain('in force');

      // The same day, as known on the day itself and a day later.
      await clocks(page).getByLabel('As of').fill('2025-08-22');
      await clocks(page).getByLabel('As known on').fill('2025-08-22');
      await clocks(page).getByRole('button', { name: 'Show' }).click();
      await keep(page, '1-then');
      const then = await main(page).innerText();
      await clocks(page).getByLabel('As known on').fill('2025-08-23');
      await clocks(page).getByRole('button', { name: 'Show' }).click();
      const later = await main(page).innerText();
      expect(then).not.toEqual(later);
      // On the 22nd nothing was known to be in force; the order was recorded a day later.
      expect(then.replaceAll(/\s+/g, ' ')).not.toMatch(/15 ?% .{0,40}since 7 Aug 2025/);
      expect(later.replaceAll(/\s+/g, ' ')).toMatch(/7 Aug 2025/);
      expect(page.url()).toContain('knownAt=2025-08-23');

      // A figure, its words and its source; the cut is kept on the way.
      await main(page).locator('a.fig[href*="/figures/"]', { hasText: 'US$350 billion' }).first().click();
      expect(page.url()).toMatch(/\/figures\/.*knownAt=2025-08-23/);
      expect(await main(page).innerText()).toContain('$350 billion');
      await keep(page, '2-figure');

      // A new commitment with its pledge, refused at first: who benefits cannot pledge.
      await page.getByRole('navigation').getByRole('link', { name: 'Record' }).click();
      await page.getByRole('radio', { name: /^pledged/ }).check();
      await page.getByRole('button', { name: 'Go on' }).click();
      await type(page, {
        title: 'Patrol vessels for the Philippine coast guard',
        topic: 'alliance/maritime',
        'from.0': 'JP',
        'to.0': 'PH',
        'announcement.happened': '2025-09-10',
        'announcement.saidBy.0.actor': 'PH',
        'announcement.terms.0.text': 'five patrol vessels',
        'announcement.terms.0.key': 'vessels',
      });
      // Only the fields of the kind that is chosen are there.
      expect(await field(page, 'announcement.terms.0.unit').isVisible()).toBe(false);
      await field(page, 'announcement.terms.0.kind').selectOption('count');
      await type(page, { 'announcement.terms.0.min': '5', 'announcement.terms.0.unit': 'patrol vessels' });
      expect(await field(page, 'announcement.terms.0.currency').isVisible()).toBe(false);
      await page.locator('[name="announcement.terms.0.qualifier"][value="exact"]').check();
      await type(page, {
        'announcement.sources.0.publisher': 'The Manila Example',
        'announcement.sources.0.url': 'https://example.org/vessels',
        'announcement.sources.0.quote.exact': 'Japan will provide five patrol vessels',
      });
      expect(await press(page, 'preview')).toBe(200);
      expect(await page.locator('#outcome').innerText()).toContain('an obligor (JP), found PH');
      expect(await page.getByRole('button', { name: 'Record it' }).count()).toBe(0);
      expect(await field(page, 'announcement.sources.0.quote.exact').inputValue()).toBe(
        'Japan will provide five patrol vessels',
      );
      expect(await page.locator('[name="announcement.terms.0.qualifier"][value="exact"]').isChecked()).toBe(true);
      expect(await sideways(page)).toEqual([]);
      await keep(page, '3-refused');
      expect(await site.size()).toBe(88);

      // Mended, looked at, recorded.
      await type(page, { 'announcement.saidBy.0.actor': 'office:jp-mofa', 'announcement.saidBy.0.for': 'JP' });
      expect(await press(page, 'preview')).toBe(200);
      const preview = page.locator('#outcome');
      expect(await preview.innerText()).toContain('A commitment begins: Patrol vessels for the Philippine coast guard');
      expect(await preview.innerText()).toContain('5 patrol vessels');
      expect(await preview.innerText()).toContain('“five patrol vessels”'.slice(1, -1));
      expect(await sideways(page)).toEqual([]);
      await keep(page, '4-preview');
      expect(await site.size()).toBe(88);
      const form = page.url();
      expect(await press(page, 'record')).toBe(303);
      expect(page.url()).toMatch(/\/commitments\/\w{26}#e-\w{26}$/);
      expect(await page.locator('h1').innerText()).toBe('Patrol vessels for the Philippine coast guard');
      expect(await page.locator(':target').count()).toBe(1);
      await keep(page, '5-recorded');
      expect(await site.size()).toBe(90);

      // Back, and sent again: still once.
      await page.goBack();
      expect(page.url()).toBe(form);
      expect(await press(page, 'record')).toBe(303);
      expect(await site.size()).toBe(90);

      // The day was a day earlier: our record is corrected, the announcement stays.
      expect(await page.locator(':target').innerText()).toContain('event 90');
      await page.locator(':target').getByRole('link', { name: 'Correct this' }).click();
      expect(await field(page, 'changes.happened').inputValue()).toBe('2025-09-10');
      await type(page, {
        'changes.happened': '2025-09-09',
        reason: 'The article is of the day after',
        'sources.0.publisher': 'The Manila Example',
        'sources.0.url': 'https://example.org/vessels-2',
      });
      expect(await press(page, 'preview')).toBe(200);
      expect(await preview.innerText()).toContain('9 Sep 2025');
      await keep(page, '6-correction');
      expect(await press(page, 'record')).toBe(303);
      const history = (await main(page).innerText()).replaceAll(/\s+/g, ' ');
      expect(history).toContain('10 Sep 2025');
      expect(history).toContain('9 Sep 2025');
      expect(history).toContain('The article is of the day after');
      await keep(page, '7-history');
      expect(await site.size()).toBe(91);

      expect(wrongs).toEqual([]);
      await context.close();
      await site.close();
    });
  });

  test('the main path goes by keyboard alone', async () => {
    site = await serveSummits();
    const { page, context } = await visit(browser, site, { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
    await page.goto('/');
    // The first thing is the way past the heading bar.
    await page.keyboard.press('Tab');
    expect((await focused(page))?.text).toBe('Skip to content');
    await tabTo(page, 'nav a[href^="/record"]');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/record');
    await tabTo(page, '#commitment');
    // Nobody is bound there yet: who is bound does not pledge again.
    await page.keyboard.type('U.S. ownership');
    await tabTo(page, '[name="type"]');
    await page.keyboard.press('ArrowDown');
    await tabTo(page, 'form.choose button');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/record?*type=pledged');
    for (const [name, text] of [
      ['happened', '2025-09-01'],
      ['saidBy.0.actor', 'US'],
      ['terms.0.text', 'a fair share'],
    ] as const) {
      await tabTo(page, `[name="${name}"]`);
      await page.keyboard.type(text);
    }
    await tabTo(page, '[name="terms.0.kind"]');
    await page.keyboard.type('words');
    await tabTo(page, '[name="terms.0.key"]');
    await page.keyboard.type('share');
    await tabTo(page, '[name="sources.0.publisher"]');
    await page.keyboard.type('The Test Gazette');
    await tabTo(page, '[name="sources.0.url"]');
    await page.keyboard.type('https://gazette.example/1');
    // Enter inside a field looks, it does not record.
    await page.keyboard.press('Enter');
    await page.waitForURL('**/record#outcome');
    expect(await page.locator('#outcome').innerText()).toContain('It would be refused');
    expect(await site.size()).toBe(88);
    // The list of what is wrong leads to the field.
    await tabTo(page, '#outcome a[href="#saidBy"], .problems a');
    await page.keyboard.press('Enter');
    await tabTo(page, '[name="saidBy.0.actor"]');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('KR');
    await tabTo(page, '.send button[value="preview"]');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    await tabTo(page, 'button[value="record"]');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/commitments/*');
    expect(await site.size()).toBe(89);
    await context.close();
    await site.close();
  });

  test('a page of another site cannot record', async () => {
    site = await serveSummits();
    const other = await serveSummits();
    const { page, context } = await visit(browser, site, {});
    // Another origin on this machine, with a form that names ours.
    await page.route(`${other.url}/trap`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${site.url}/record"><input name="type" value="observed"><button>Win</button></form>`,
      }),
    );
    await page.goto(`${other.url}/trap`);
    const answered = page.waitForResponse(`${site.url}/record`);
    await page.getByRole('button').click();
    expect((await answered).status()).toBe(403);
    expect(await site.size()).toBe(88);
    await context.close();
    await site.close();
    await other.close();
  });
});
