import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { focused, keepPicture, missing, onOneSite, sideways } from './chromium.ts';

/** What every page is held to: nothing that axe finds, nothing wider than its window, nothing from elsewhere. */

const investment = '01K38TCSG0D83FFH9B8VC8WDMT';
const pledge = '01K38TCSG0E13T5MGP7VBN82TM';
const pages: readonly (readonly [string, string])[] = [
  ['home', '/'],
  ['home-then', '/?asOf=2025-08-22&knownAt=2025-08-22'],
  ['home-empty', '/?knownAt=2025-01-01'],
  ['alliance-costs', '/views/alliance-costs'],
  ['trade-terms', '/views/trade-terms'],
  ['trade-terms-then', '/views/trade-terms?asOf=2025-08-22&knownAt=2025-08-22'],
  ['north-korea-policy', '/views/north-korea-policy'],
  ['japan-cooperation', '/views/japan-cooperation'],
  ['view-empty', '/views/alliance-costs?knownAt=2025-01-01'],
  ['commitments', '/commitments'],
  ['commitments-contested', '/commitments?contested=true'],
  ['commitment', `/commitments/${investment}?asOf=2025-09-30`],
  ['commitment-costs', '/commitments/01K38TCSG01P8WHPQX4R74FFK2'],
  ['view-all', '/views/all?asOf=2025-09-30'],
  ['commitments-found', '/commitments?q=fund&party=KR'],
  ['commitments-wrong-filter', '/commitments?party=Korea'],
  ['parties', '/parties'],
  ['party', '/parties/KR'],
  ['due', '/due'],
  ['documents', '/documents'],
  ['glossary', '/glossary'],
  ['history', `/commitments/${investment}/history`],
  ['figure', `/figures/${pledge}/total?asOf=2025-09-30`],
  ['changes', '/changes?from=2025-08-22&to=2025-08-23&asOf=2025-08-22'],
  ['two-clocks', '/two-clocks'],
  ['record', '/record'],
  ['record-proposed', '/record?commitment=01K38TCSG01P8WHPQX4R74FFK2&type=proposed'],
  ['record-disputed', `/record?commitment=${investment}&type=disputed`],
  ['record-new', '/record?type=formalised'],
  ['record-correct', `/record?corrects=${pledge}`],
  ['record-document', '/record/document'],
  ['record-text', '/record/text'],
  ['problem', '/problems/not-by-obligor'],
  ['not-found', '/nowhere'],
];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const visitSite = onOneSite();

async function findings(page: Page): Promise<string[]> {
  // Evaluated from outside, it needs no leave of the page's security policy.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

describe.skipIf(missing !== undefined)('every page', () => {
  test.each(pages)('%s holds at each width, in light, dark and print, and by keyboard', async (name, path) => {
    const { page, context, wrongs } = await visitSite({ viewport: { width: 1280, height: 900 } });
    await page.goto(path);
    await hold(page, name);
    expect.soft(wrongs, 'asked elsewhere, or told by the browser').toEqual([]);
    await context.close();
  });

  test('record-refused holds like any other page', async () => {
    const { page, context } = await visitSite({ viewport: { width: 1280, height: 900 } });
    await page.goto('/record?commitment=01K38TCSG01P8WHPQX4R74FFK2&type=proposed');
    await page.locator('[name="happened"]').fill('last summer');
    await page.locator('[name="terms.0.kind"]').selectOption('money');
    await page.locator('[name="terms.0.qualifier"][value="about"]').check();
    await page.locator('[name="terms.0.min"]').fill('ten billion');
    await page.locator('.send button[value="preview"]').click();
    expect(await page.locator('.err').count()).toBeGreaterThan(3);
    await hold(page, 'record-refused');
    await context.close();
  });

  test('record-preview holds like any other page', async () => {
    const { page, context } = await visitSite({ viewport: { width: 1280, height: 900 } });
    await page.goto(`/record?corrects=${pledge}`);
    await page.locator('[name="changes.terms.0.min"]').fill('360 000 000 000');
    await page.locator('[name="reason"]').fill('The figure was read from the wrong line');
    await page.locator('[name="sources.0.publisher"]').fill('The Test Gazette');
    await page.locator('[name="sources.0.url"]').fill('https://gazette.example/1');
    await page.locator('.send button[value="preview"]').click();
    expect(await page.locator('#outcome').innerText()).toContain('US$360 billion');
    await page.locator('#outcome summary', { hasText: 'The line to be recorded' }).click();
    await hold(page, 'record-preview');
    await context.close();
  });
});

/** Pictures of the page at each width, in light, dark and print, and all that is held of it. */
async function hold(page: Page, name: string): Promise<void> {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await keepPicture(page, `${name}-${width}-${colorScheme}`);
      expect.soft(await findings(page), `axe at ${width} px, ${colorScheme}`).toEqual([]);
    }
    expect.soft(await sideways(page), `sideways at ${width} px`).toEqual([]);
    expect.soft(await tall(page), `closed, and higher than its summary, at ${width} px`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 640, height: 450 });
  expect.soft(await sideways(page), 'sideways at a zoom of 200 per cent').toEqual([]);
  await page.setViewportSize({ width: 760, height: 1000 });
  await page.emulateMedia({ media: 'print' });
  await keepPicture(page, `${name}-print`);
  expect.soft(await sideways(page), 'sideways in print').toEqual([]);
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 1280, height: 900 });
  const { reached, unseen } = await walked(page);
  expect.soft(unseen, 'has the focus without showing it').toEqual([]);
  expect.soft(reached, 'things reached by Tab').toBeGreaterThan(5);
}

/** Each part that is closed and higher than its summary. */
function tall(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('details:not([open])')]
    .filter((one) => one.getClientRects().length > 0 && one.offsetHeight > one.querySelector('summary').offsetHeight + 24)
    .map((one) => one.outerHTML.slice(0, 200))`);
}

/** Presses Tab through the page once: how many things take the focus, and which do not show it. */
async function walked(page: Page): Promise<{ reached: number; unseen: string[] }> {
  const reached = new Set<number>();
  const unseen: string[] = [];
  // From the beginning of the page, wherever the focus was left.
  await page.evaluate('document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex")');
  for (;;) {
    await page.keyboard.press('Tab');
    const one = await focused(page);
    if (!one || reached.has(one.place)) return { reached: reached.size, unseen };
    reached.add(one.place);
    if (!one.seen) unseen.push(one.html);
  }
}
