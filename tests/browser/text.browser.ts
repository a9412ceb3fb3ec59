import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPicture, launch, missing, serveSummits, sideways, tabTo, visit } from './chromium.ts';

/** A news text becomes recorded commitments as a person at a keyboard does it: paste, accept, change, drop, check, record, correct. */

const news = readFileSync(join(import.meta.dirname, '../../src/data/summit-2025-08.txt'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  if (missing === undefined) browser = await launch();
});
afterAll(async () => browser?.close());

/** Goes on by Tab to a field or button, and types there or presses it; the keys are all that is used. */
function keyboardOf(page: Page) {
  const type = async (selector: string, text: string): Promise<void> => {
    await tabTo(page, selector, 600);
    await page.keyboard.press('ControlOrMeta+A');
    // What is pasted comes at once.
    await page.keyboard.insertText(text);
  };
  const press = async (selector: string): Promise<void> => {
    await tabTo(page, selector, 600);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  };
  /** Each draft is taken unless it is said otherwise: the arrows go from Take to Change and Drop. */
  const choose = async (number: number, arrows: number): Promise<void> => {
    await tabTo(page, `[name="draft.${number}"]`);
    for (let count = 0; count < arrows; count++) await page.keyboard.press('ArrowRight');
  };
  return { type, press, choose };
}

const [change, drop] = [1, 2];

describe.skipIf(missing !== undefined)('from a text to the ledger, by keyboard alone', () => {
  test.each([
    ['without JavaScript', false, 390],
    ['with JavaScript', true, 1280],
    ['with JavaScript', true, 390],
  ] as const)(
    '%s (%s), at %d px: five drafts accepted, one changed, the others dropped, all recorded, one corrected',
    async (_, javaScriptEnabled, width) => {
      const site = await serveSummits();
      const { page, context, wrongs } = await visit(browser, site, { viewport: { width, height: 900 }, javaScriptEnabled });
      const { type, press, choose } = keyboardOf(page);
      const keep = async (step: string): Promise<void> => {
        await keepPicture(page, `text-${width}-${javaScriptEnabled ? 'js' : 'plain'}-${step}`);
        expect(await sideways(page)).toEqual([]);
      };

      await page.goto('/record');
      await press('a[href="/record/text"]');
      await keep('1-paste');
      await type('#p-publisher', 'News summary');
      await type('#p-published', '22 August 2025');
      await type('#text', news);
      await press('form#record button[value="read"]');
      await keep('2-drafts');
      const drafts = await page.locator('fieldset.draft').count();
      expect(drafts).toBeGreaterThanOrEqual(20);

      // The first is changed, five are taken as they are, the others are dropped.
      const titles = await page.locator('fieldset.draft legend').allInnerTexts();
      for (let number = 0; number < drafts; number++)
        if (number === 0 || number > 5) await choose(number, number === 0 ? change : drop);
      await press('button[value="document"]');
      expect(await page.locator('section.item').count()).toBe(6);
      await keep('3-document');

      // What is to be changed comes first; Enter in a field looks, and records nothing.
      await type('[name="items.0.opening.title"]', 'A larger share of the cost of troops');
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
      const shown = await page.locator('#outcome').innerText();
      expect(shown).toContain('What would be recorded');
      for (const title of ['A larger share of the cost of troops', ...titles.slice(1, 6)])
        expect(shown).toContain(title.replace(/…$/, ''));
      await keep('4-check');
      expect(await site.size()).toBe(88);
      await press('button[value="record"]');
      expect(await page.locator('h1').innerText()).toBe('6 items are recorded');
      expect(await site.size()).toBe(100);
      await keep('5-recorded');

      // One was wrong: correcting it is one step away, and shows what it changes before it is recorded.
      await press('main a[href^="/record?corrects="]');
      await type('[name="changes.happened"]', '21 August 2025');
      await type('[name="reason"]', 'The text is of the day after');
      await type('[name="sources.0.publisher"]', 'News summary, https://example.org/summit');
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
      expect(await page.locator('#outcome').innerText()).toContain('21 Aug 2025');
      await keep('6-correction');
      await press('button[value="record"]');
      expect(await page.locator('main').innerText()).toContain('The text is of the day after');
      expect(await page.locator('h1').innerText()).toBe('A larger share of the cost of troops');
      expect(await site.size()).toBe(101);
      expect(wrongs).toEqual([]);
      await context.close();
      await site.close();
    },
    300_000,
  );
});
