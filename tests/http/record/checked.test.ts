import { expect, test } from 'vitest';
import { given } from '../../helpers/given.ts';
import { browser, vessels } from './browser.ts';

/** Nothing is recorded by accident: only what was shown, as it was shown, where nothing has changed since. */

async function opened() {
  const base = given();
  const id = await base.open();
  const desk = await browser(base);
  const { fields } = await desk.open(`/record?commitment=${id}&type=pledged`);
  return { base, id, ...desk, typed: { ...fields, ...vessels } };
}
const recordButton = '<button form="record" name="do" value="record"';

test('a form offers to record only what it has just shown', async () => {
  const { id, open, send, typed } = await opened();
  expect((await open(`/record?commitment=${id}&type=pledged`)).text).not.toContain('value="record"');
  expect((await send({ ...typed, do: 'add:saidBy' })).text).not.toContain('value="record"');
  const refused = await send({ ...typed, 'saidBy.0.actor': 'US', do: 'preview' });
  expect([refused.fields['checked'], refused.text.includes('value="record"')]).toEqual([undefined, false]);
  const checked = await send({ ...typed, do: 'preview' });
  expect(checked.fields['checked']).toMatch(/^[0-9a-f]{64}$/);
  expect(checked.text).toContain(recordButton);
});

test('what was never checked, or was changed since, is shown and not recorded', async () => {
  const { send, size, typed } = await opened();
  const unchecked = await send({ ...typed, do: 'record' });
  expect([unchecked.status, await size()]).toEqual([412, 1]);
  expect(unchecked.hrefs).toContain('/problems/not-checked');
  expect(unchecked.words('outcome')).toContain('5 patrol vessels');
  const { fields } = await send({ ...typed, do: 'preview' });
  const changed = await send({ ...fields, 'terms.0.min': '50', do: 'record' });
  expect([changed.status, await size()]).toEqual([412, 1]);
  expect(changed.words('outcome')).toContain('50 patrol vessels');
  expect((await send({ ...changed.fields, do: 'record' })).status).toBe(303);
});

test('what others record after the check is shown, and the form is checked again', async () => {
  const { base, id, send, size, typed } = await opened();
  const { fields } = await send({ ...typed, do: 'preview' });
  await base.say(id, 'proposed', { mode: 'demand' });
  const stale = await send({ ...fields, do: 'record' });
  expect([stale.status, await size()]).toEqual([412, 2]);
  expect(stale.text).toContain('Others have recorded on this commitment since you opened the form');
  expect(stale.words('outcome')).toMatch(/The stage becomes Pledged, from Proposed/);
  expect(stale.fields['checked']).not.toBe(fields['checked']);
  // To look at a form that others have overtaken shows it as it would be now.
  const looked = await send({ ...fields, do: 'preview' });
  expect([looked.status, looked.fields['checked']]).toEqual([200, stale.fields['checked']]);
  expect((await send({ ...stale.fields, do: 'record' })).status).toBe(303);
});

test('afterwards its number is shown, and it is one click to correct or retract it, or to announce what came next', async () => {
  const { base, id, post, open, typed } = await opened();
  const { location } = await post({ ...typed, do: 'record' });
  const page = await open(location ?? '');
  expect(page.words(`e-${typed['id']}`)).toContain('event 2, tester');
  expect(page.hrefs).toContain(`/record?corrects=${typed['id']}`);
  const acts = page.text.slice(page.text.indexOf('class="acts"'), page.text.indexOf('class="rail"'));
  for (const words of ['Announce next', 'Correct our record', 'Retract an announcement']) expect(acts).toContain(words);
  // What the rules allow now is one click from its form; what they refuse at this stage is not offered.
  expect(acts).toContain('type=reaffirmed"');
  const asked = await base.open();
  await base.say(asked, 'proposed', { mode: 'demand' });
  expect((await open(`/commitments/${asked}`)).text).not.toContain('type=reaffirmed"');
  const retract = await open(`/record?corrects=${typed['id']}&mode=retract`);
  expect(retract.fields['mode']).toBe('retract');
  expect(page.hrefs).toContain(`/record?corrects=${typed['id']}&mode=retract`);
  expect((await open(`/record?commitment=${id}`)).has('retract')).toBe(true);
});
