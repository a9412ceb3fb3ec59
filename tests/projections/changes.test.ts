import { expect, test } from 'vitest';
import { changesBetween } from '../../src/queries.ts';
import { dollars, given } from '../given.ts';

test('the same cut twice has no changes', async () => {
  const { reader, open, say, cut } = given();
  await say(await open(), 'pledged', { terms: [dollars('sum', '5')] });
  const one = await cut({ asOf: '2025-09-01' });
  expect(await changesBetween(reader, one, one)).toMatchObject({ commitments: [], totals: [] });
});

test('a correction shows the term before and after, and the event that did it', async () => {
  const { reader, open, say, cut } = given();
  const id = await open();
  await say(await open(), 'pledged', { terms: [dollars('other', '1')] });
  const pledge = await say(id, 'pledged', { terms: [dollars('sum', '5')] });
  const from = await cut({ asOf: '2025-09-01' });
  const correction = await say(id, 'corrected', {
    corrects: pledge,
    mode: 'replace',
    reason: 'misread',
    changes: { terms: [dollars('sum', '6')] },
  });
  const { commitments } = await changesBetween(reader, from, await cut({ asOf: '2025-09-01' }));
  expect(commitments).toMatchObject([
    {
      commitment: id,
      events: [{ id: correction, type: 'corrected' }],
      fields: [{ field: 'terms/sum', before: { min: '5' }, after: { min: '6' } }],
    },
  ]);
});

test('a commitment opened between the cuts is marked as opened', async () => {
  const { reader, open, say, cut } = given();
  const from = await cut({ asOf: '2025-09-01' });
  const id = await open();
  await say(id, 'pledged', { terms: [dollars('sum', '5')] });
  const { commitments } = await changesBetween(reader, from, await cut({ asOf: '2025-09-01' }));
  expect(commitments).toMatchObject([{ commitment: id, opened: true }]);
});
