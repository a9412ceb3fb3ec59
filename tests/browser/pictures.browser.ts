import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missing, onOneSite, screenshots } from './chromium.ts';

/** The pictures of the README. `PICTURES=1` takes them anew; without it they are taken beside the others, and leave the tree as it is. */

const folder = process.env['PICTURES'] === undefined ? screenshots : join(import.meta.dirname, 'pictures');
const maxBytes = 150_000;

const visitSite = onOneSite();

describe.skipIf(missing !== undefined)('the pictures of the README', () => {
  test.each([
    ['trade-terms', '/views/trade-terms?asOf=2025-09-30', 868],
    ['commitment', '/commitments/01K38TCSG0D83FFH9B8VC8WDMT?asOf=2025-09-30', 832],
  ])('%s is taken, and light enough to stand in it', async (name, path, height) => {
    const { page, context } = await visitSite({ viewport: { width: 1120, height } });
    await page.goto(path);
    const file = join(folder, `${name}.png`);
    await mkdir(dirname(file), { recursive: true });
    await page.screenshot({ path: file });
    expect((await stat(file)).size).toBeLessThan(maxBytes);
    await context.close();
  });
});
