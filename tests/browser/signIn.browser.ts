import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeKeys } from '../../src/people/keyFile.ts';
import { addKey, revokeKey } from '../../src/people/keys.ts';
import { openPeople } from '../../src/people/people.ts';
import type { Role } from '../../src/people/roles.ts';
import { type Drafts, openDrafts } from '../../src/review/drafts.ts';
import { keepPicture, launch, missing, serveSummits, sideways, type Site, visit } from './chromium.ts';

/** People with keys in a browser: signing in, recording under a name, two at once, and a key revoked in mid-session. */

const folder = mkdtempSync(join(tmpdir(), 'ledger-people-'));
let browser: Browser;
let site: Site;
/** The same people at a service that wants a second pair of eyes. */
let reviewed: Site;
let drafts: Drafts | undefined;
beforeAll(async () => {
  if (missing !== undefined) return;
  const newToken = (): string => randomBytes(32).toString('base64url');
  const people = openPeople(folder, { clock: Date.now, newToken, isOpen: false, isExposed: true });
  drafts = openDrafts(join(folder, 'drafts.sqlite'), { clock: Date.now, newId: () => ulid() });
  [browser, site, reviewed] = await Promise.all([launch(), serveSummits(people), serveSummits(people, drafts)]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await reviewed?.close();
  drafts?.close();
  rmSync(folder, { recursive: true, force: true });
});

const keyOf = (name: string, role: Role = 'record'): string =>
  changeKeys(folder, (keys) => addKey(keys, { name, role }, { now: Date.now(), secret: randomBytes(32) })).key;

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Your key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function fillIn(page: Page, text: string): Promise<void> {
  for (const [name, value] of Object.entries({
    happened: '2025-09-10',
    'saidBy.0.actor': 'KR',
    summary: text,
    'sources.0.publisher': 'The Test Gazette',
    'sources.0.url': 'https://gazette.example/1',
  })) {
    const field = page.locator(`[name="${name}"]`);
    if (!(await field.isVisible()))
      await page.locator(`details:has([name="${name}"]) > summary`).first().click({ timeout: 5000 });
    await field.fill(value);
  }
}

const check = (page: Page): Promise<void> => page.locator('.send button[value="preview"]').click();
async function record(page: Page): Promise<void> {
  await check(page);
  await page.getByRole('button', { name: 'Record it' }).click();
}
const formOf = '/record?commitment=01K38TCSG0D83FFH9B8VC8WDMT&type=observed';

describe.skipIf(missing !== undefined)('people in a browser', () => {
  test.each([1280, 390])('two people record at once, each under the own name, at %d px', async (width) => {
    const [kim, lee] = [`Kim ${width}`, `Lee ${width}`];
    const windows = await Promise.all([visit(browser, site, { viewport: { width, height: 900 } }), visit(browser, site, {})]);
    for (const [index, name] of [kim, lee].entries()) {
      const { page, wrongs } = windows[index]!;
      await page.goto(formOf);
      expect(await page.locator('h1').innerText()).toBe('Sign in');
      await signIn(page, 'ledger_wrong');
      expect(await page.getByRole('alert').innerText()).toBe('This key is unknown, or no longer in force.');
      await keepPicture(page, `sign-in-${width}-${index}`);
      expect(await sideways(page)).toEqual([]);
      await signIn(page, keyOf(name));
      expect(new URL(page.url()).pathname).toBe('/record');
      expect(await page.locator('.send').innerText()).toContain(`You record as ${name}.`);
      await keepPicture(page, `signed-in-form-${width}-${index}`);
      expect(wrongs).toEqual([]);
    }
    for (const [index, name] of [kim, lee].entries()) {
      const { page } = windows[index]!;
      await fillIn(page, `Seen by ${name}`);
      await check(page);
      // Whoever is second has not seen what the first recorded, and is told so before he records.
      expect(await page.getByText('Others have recorded on this commitment').count()).toBe(index);
      await page.getByRole('button', { name: 'Record it' }).click();
      await page.waitForURL(/#e-/);
    }
    const { page } = windows[0];
    await page.goto('/commitments/01K38TCSG0D83FFH9B8VC8WDMT/history');
    for (const name of [kim, lee]) expect(await page.locator('main').innerText()).toContain(name);
    await page.getByRole('link', { name: 'Sign in or out' }).click();
    await keepPicture(page, `signed-in-${width}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto('/commitments');
    expect(await page.locator('h1').innerText()).toBe('Sign in');
    for (const { context } of windows) await context.close();
  });

  test('what a recorder sends waits until a reviewer has read and recorded it, under the name of the reviewer', async () => {
    const [sender, reviewer] = await Promise.all([visit(browser, reviewed, {}), visit(browser, reviewed, {})]);
    const before = await reviewed.size();
    await sender.page.goto(formOf);
    await signIn(sender.page, keyOf('Min'));
    await fillIn(sender.page, 'Seen at the port by Min');
    await record(sender.page);
    await sender.page.waitForURL(/\/drafts\//);
    expect(await sender.page.locator('main').innerText()).toContain('someone else with the role review records it');
    // Its sender may withdraw it, and not record it.
    expect(await sender.page.getByRole('button', { name: 'Record it' }).count()).toBe(0);
    expect(await sender.page.getByRole('button', { name: 'Withdraw it' }).count()).toBe(1);
    expect(await reviewed.size()).toBe(before);

    const { page } = reviewer;
    await page.goto('/drafts');
    await signIn(page, keyOf('Ryu', 'review'));
    expect(await page.locator('main').innerText()).toContain('Min');
    await keepPicture(page, 'drafts');
    await page.goto(new URL(sender.page.url()).pathname);
    expect(await page.locator('main').innerText()).toContain('Seen at the port by Min');
    await keepPicture(page, 'draft-reviewed');
    expect(await sideways(page)).toEqual([]);
    await page.getByRole('button', { name: 'Record it' }).click();
    await page.waitForURL(/\/commitments\//);
    expect(await reviewed.size()).toBe(before + 1);
    await page.goto('/commitments/01K38TCSG0D83FFH9B8VC8WDMT/history');
    const history = await page.locator('main').innerText();
    expect([history.includes('Seen at the port by Min'), history.includes('Ryu')]).toEqual([true, true]);
    expect([sender.wrongs, reviewer.wrongs]).toEqual([[], []]);
    // Whoever sent it sees what became of it.
    await sender.page.reload();
    expect(await sender.page.locator('main').innerText()).toContain('Ryu');
    for (const { context } of [sender, reviewer]) await context.close();
  });

  test('a key that is revoked in mid-session records nothing more; with another the form goes on, with every word', async () => {
    const { page, context } = await visit(browser, site, {});
    await page.goto(formOf);
    await signIn(page, keyOf('Park'));
    await fillIn(page, 'Typed before the key ended');
    const before = await site.size();
    changeKeys(folder, (keys) => ({ keys: revokeKey(keys, 'Park', Date.now()) }));
    await check(page);
    expect(await page.locator('main').innerText()).toContain('Your form is not lost');
    await keepPicture(page, 'revoked');
    const [other] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'sign in in another tab' }).click(),
    ]);
    await signIn(other, keyOf('Choi'));
    await page.getByRole('button', { name: 'Go on with the form' }).click();
    expect(await page.locator('h2').first().innerText()).toBe('Nothing was recorded');
    expect(await page.locator('.send').innerText()).toContain('You record as Choi.');
    await keepPicture(page, 'another-session');
    expect(await page.locator('[name="summary"]').inputValue()).toBe('Typed before the key ended');
    expect(await site.size()).toBe(before);
    await record(page);
    await page.waitForURL(/#e-/);
    expect(await site.size()).toBe(before + 1);
    await context.close();
  });
});
