import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPicture, launch, missing, named, serveSummits, sideways, type Site, visit } from './chromium.ts';

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
  ['history', `/commitments/${investment}/history`],
  ['figure', `/figures/${pledge}/total?asOf=2025-09-30`],
  ['changes', '/changes?from=2025-08-22&to=2025-08-23&asOf=2025-08-22'],
  ['two-clocks', '/two-clocks'],
  ['record', '/record'],
  ['record-proposed', '/record?commitment=01K38TCSG01P8WHPQX4R74FFK2&type=proposed'],
  ['record-disputed', `/record?commitment=${investment}&type=disputed`],
  ['record-new', '/record?type=formalised'],
  ['record-correct', `/record?corrects=${pledge}`],
  ['problem', '/problems/not-by-obligor'],
  ['not-found', '/nowhere'],
];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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

async function findings(page: Awaited<ReturnType<typeof visit>>['page']): Promise<string[]> {
  // Evaluated from outside, it needs no leave of the page's security policy.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

describe.skipIf(missing !== undefined)(named('every page'), () => {
  describe.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('at %d px, %s', (width, colorScheme) => {
    test.each(pages)('%s', async (name, path) => {
      const { page, context, wrongs } = await visit(browser, site, { viewport: { width, height: 900 }, colorScheme });
      await page.goto(path);
      await keepPicture(page, `${name}-${width}-${colorScheme}`);
      expect.soft(await sideways(page)).toEqual([]);
      expect.soft(await findings(page)).toEqual([]);
      expect.soft(wrongs).toEqual([]);
      await context.close();
    });
  });

  test.each(pages)('%s at a zoom of 200 per cent needs no sideways scrolling', async (_, path) => {
    const { page, context } = await visit(browser, site, { viewport: { width: 640, height: 450 } });
    await page.goto(path);
    expect(await sideways(page)).toEqual([]);
    await context.close();
  });

  test.each(pages)('%s, printed', async (name, path) => {
    const { page, context } = await visit(browser, site, { viewport: { width: 760, height: 1000 } });
    await page.emulateMedia({ media: 'print' });
    await page.goto(path);
    await keepPicture(page, `${name}-print`);
    expect(await sideways(page)).toEqual([]);
    await context.close();
  });

  test.each(pages)('%s says where the focus is, at each thing that takes it', async (_, path) => {
    const { page, context } = await visit(browser, site, { viewport: { width: 1280, height: 900 } });
    await page.goto(path);
    const reached = new Set<string>();
    const hidden: string[] = [];
    for (let count = 0; count < 400; count++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const all = [...document.querySelectorAll('*')];
        return {
          place: String(all.indexOf(element)),
          what: element.outerHTML.slice(0, 120),
          seen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
        };
      });
      if (!focused || reached.has(focused.place)) break;
      reached.add(focused.place);
      if (!focused.seen) hidden.push(focused.what);
    }
    expect(hidden).toEqual([]);
    expect(reached.size).toBeGreaterThan(5);
    await context.close();
  });
});
