import { expect, test } from 'vitest';
import { situationOf } from '../../projections/figures.ts';
import { hitsIn } from '../../projections/hits.ts';
import { wantedIn } from '../../projections/words.ts';
import { partyInWords } from '../../src/wording/values.ts';
import { given } from '../helpers/given.ts';

const quote = (exact: string) => [{ publisher: 'Yonhap', url: 'https://news.example/1', quote: { exact } }];

/** Each hit with what is marked in brackets. */
async function hits(typed: string): Promise<string[]> {
  const ledger = given();
  const id = await ledger.open({ title: 'İzmir’s port', topic: 'trade/ports' });
  await ledger.say(id, 'observed', {
    happened: '2025-08-01',
    saidBy: [{ actor: 'person:lutnick', name: 'Howard Lutnick' }],
    summary: `The Türkiye plan ${'goes on and '.repeat(40)}ends in a harbour, far from where it began.`,
    sources: quote('한국은 3천5백억 달러를 투자하기로 약속했다.'),
  });
  await ledger.say(id, 'observed', { happened: '2025-09-01', summary: 'A harbour master said so.' });
  const cut = await ledger.cut({ asOf: '2025-08-15' });
  await ledger.reader.readModel.catchUp(cut.size);
  const commitment = await ledger.reader.readModel.commitment(id, cut.size);
  if (!commitment) throw new Error('expected the commitment, found none');
  return hitsIn(situationOf(commitment, cut.asOf), wantedIn(typed) ?? [], (code) =>
    partyInWords(code, { 'person:lutnick': 'Howard Lutnick' }),
  ).map(({ where, text, marks }) => {
    let [marked, at] = ['', 0];
    for (const [from, to] of marks) {
      marked += `${text.slice(at, from)}[${text.slice(from, to)}]`;
      at = to;
    }
    return `${where}: ${marked}${text.slice(at)}`;
  });
}

test('a hit says where the words stand, and marks them as they are written there', async () => {
  expect(await hits('izmir')).toEqual(['title: [İzmir]’s port']);
  expect(await hits('lutn')).toEqual(['speaker: Howard [Lutn]ick']);
  expect(await hits('달러 5백')).toEqual(['quote: 한국은 3천5백억 [달러]를 투자하기로 약속했다.']);
  expect(await hits('"약속했다"')).toEqual(['quote: 한국은 3천5백억 달러를 투자하기로 [약속했다].']);
});

test('of a long text the piece around the words is shown, and what was not said by the day is no hit', async () => {
  const [only, ...more] = await hits('harbour');
  expect(more).toEqual([]);
  expect(only).toMatch(/^summary: ….* ends in a \[harbour\], far from where it began\.$/);
  expect(only?.length).toBeLessThan(300);
  expect(await hits('turkiye')).toEqual([expect.stringMatching(/^summary: The \[Türkiye\] plan .*…$/)]);
});

test('words that stand apart are found in as few texts as hold all of them, each with every word marked', async () => {
  expect(await hits('ports lutnick izmir port')).toEqual([
    'title: [İzmir]’s [port]',
    'topic: trade/[ports]',
    'speaker: Howard [Lutnick]',
  ]);
});

test('a plain text is found and marked as one with other letters is', async () => {
  for (const text of ['a-b_c d.E 12,5 (x)', '  U.S.--Korea; the\tPLAN  ', 'the plan', '...', 'co-op&plan/the']) {
    for (const typed of ['plan', 'the', 'b c', '"d e"', '12 5', 'u s', 'op', 'PL', '"the plan"']) {
      const ledger = given();
      const id = await ledger.open({ title: 'Z', topic: 'z' });
      await ledger.say(id, 'observed', { happened: '2025-08-01', note: text, summary: `${text} é` });
      const cut = await ledger.cut({ asOf: '2025-08-15' });
      await ledger.reader.readModel.catchUp(cut.size);
      const commitment = await ledger.reader.readModel.commitment(id, cut.size);
      if (!commitment) throw new Error('expected the commitment, found none');
      const marksOf = (where: 'note' | 'summary') => {
        const { opened, timeline } = commitment;
        const one = timeline.map((entry) => ({
          ...entry,
          data: { ...entry.data, [where === 'note' ? 'summary' : 'note']: undefined },
        }));
        const alone = { ...commitment, opened, timeline: one } as typeof commitment;
        return hitsIn(situationOf(alone, cut.asOf), wantedIn(typed) ?? [], (code) => code)
          .filter((hit) => hit.where === where)
          .map(({ marks }) => marks);
      };
      expect([text, typed, marksOf('note')]).toEqual([text, typed, marksOf('summary')]);
    }
  }
});
