import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { dollars, given } from '../../helpers/given.ts';

test('what each of two owes by himself until the same day are two events of a calendar', async () => {
  const ledger = given();
  const id = await ledger.open({ from: ['KR', 'JP'] });
  const terms = [dollars('x', '9', { each: true, period: '2025' })];
  await ledger.say(id, 'pledged', { happened: '2025-07-01', saidBy: [{ actor: 'KR' }, { actor: 'JP' }], terms });
  const asked = await api(ledger).app.request('/due?from=2025-01-01&to=2026-12-31', { headers: { Accept: 'text/calendar' } });
  const uids = [...(await asked.text()).replaceAll('\r\n ', '').matchAll(/^UID:(.+)@/gm)].map(([, uid]) => uid);
  expect(uids.map((uid) => uid?.replace(/^\w+-/, ''))).toEqual(['period-ends-x-KR', 'period-ends-x-JP']);
});

test('a calendar says where only a year or a month is known of a day', async () => {
  const ledger = given();
  const id = await ledger.open();
  const terms = [dollars('x', '9', { deadline: '2029' }), dollars('y', '8', { deadline: '2029-12-31' })];
  await ledger.say(id, 'pledged', { happened: '2025-07-01', terms });
  const asked = await api(ledger).app.request('/due?from=2025-01-01', { headers: { Accept: 'text/calendar' } });
  const told = [...(await asked.text()).replaceAll('\r\n ', '').matchAll(/^DESCRIPTION:(.+)$/gm)].map(([, text]) =>
    text?.trim(),
  );
  expect(told).toEqual([String.raw`South Korea\; x\; known only as 2029`, String.raw`South Korea\; y`]);
});
