import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Commitment, fold } from '../../../domain/commitment.ts';
import { formatDay } from '../../../domain/dates.ts';
import { inForceOn, inForceSpans } from '../../../projections/derived/inForce.ts';
import {
  amended,
  day,
  type Draft,
  ended,
  formalised,
  given,
  instrument,
  joined,
  left,
  opened,
  pledged,
  proposed,
  reaffirmed,
  recordedAll,
  refined,
  retracted,
  tariff,
  verdict,
  words,
} from '../../domain/given.ts';

/** The runs of the key `rate` in words: `15 from 2025-08-07 to ..`. */
function runs(...drafts: Draft[]): string[] {
  const shown = (number: number): string => (Number.isFinite(number) ? formatDay(number) : '..');
  const spans = inForceSpans(given(opened(), ...drafts)).get('rate') ?? [];
  return spans.map(({ from, to, term }) => `${'to' in term ? term.to : ''} from ${shown(from)} to ${shown(to)}`);
}

const rate = (to: string) => ({ terms: [tariff('rate', to)] });
/** It names no second party, so it takes effect without one. */
const decree = { ...instrument, parties: ['KR'] };
const unbound = { instrument: { ...instrument, binding: 'no' } };

describe('a term is in force', () => {
  test('from an effective day', () => {
    expect(runs(formalised('2025-07-31', { effective: '2025-08-07', ...rate('15') }))).toEqual(['15 from 2025-08-07 to ..']);
  });

  test('from the latest day of a coarser date', () => {
    expect(runs(pledged('2025-07-31', { effective: '2025-08', ...rate('15') }))).toEqual(['15 from 2025-08-31 to ..']);
    expect(runs(pledged('2025-07-31', { effective: '2026', ...rate('15') }))).toEqual(['15 from 2026-12-31 to ..']);
    expect(runs(pledged('2025-07-31', { effective: '2025-08-07T00:01:00-04:00', ...rate('15') }))).toEqual([
      '15 from 2025-08-07 to ..',
    ]);
  });

  test('from the first day of an interval whose ends are written equally fine, else from the latest day of its first date', () => {
    expect(runs(formalised('2025-07-31', { effective: '2026/2030', ...rate('15') }))).toEqual([
      '15 from 2026-01-01 to 2030-12-31',
    ]);
    expect(runs(formalised('2025-07-31', { effective: '2025-08/..', ...rate('15') }))).toEqual(['15 from 2025-08-31 to ..']);
    expect(runs(formalised('2025-07-31', { effective: '2025/..', ...rate('15') }))).toEqual(['15 from 2025-12-31 to ..']);
    expect(runs(formalised('2025-07-31', { effective: '2026-06/2029-12-31', ...rate('15') }))).toEqual([
      '15 from 2026-06-30 to 2029-12-31',
    ]);
    expect(runs(formalised('2025-07-31', { effective: '../2025-08', ...rate('15') }))).toEqual(['15 from .. to 2025-08-31']);
  });

  test('without effective from the date of a binding instrument alone that names no second party', () => {
    expect(runs(formalised('2025-08-05', rate('15')))).toEqual([]);
    expect(runs(formalised('2025-08-05', { instrument: decree, ...rate('15') }))).toEqual(['15 from 2025-08-01 to ..']);
    expect(runs(formalised('2025-08-05', { instrument: { ...decree, parties: [] }, ...rate('15') }))).toEqual([
      '15 from 2025-08-01 to ..',
    ]);
    expect(runs(formalised('2025-08-05', { ...unbound, ...rate('15') }))).toEqual([]);
    expect(runs(formalised('2025-08-05', { instrument: { ...decree, binding: 'disputed' }, ...rate('15') }))).toEqual([]);
    expect(runs(pledged('2025-08-05', rate('15')))).toEqual([]);
    expect(runs(pledged('2025-08-05', { instrument: decree, ...rate('15') }))).toEqual(['15 from 2025-08-01 to ..']);
  });

  test('from the latest day of a coarse date of the instrument, an interval too', () => {
    const dated = (date: string) => formalised('2025-08-05', { instrument: { ...decree, date }, ...rate('15') });
    expect(runs(dated('2025-07'))).toEqual(['15 from 2025-07-31 to ..']);
    expect(runs(dated('2025-07-01/2025-07-03'))).toEqual(['15 from 2025-07-03 to ..']);
    expect(runs(dated('2025-07-01/..'))).toEqual([]);
  });

  test('by its effective day even when an instrument that is not binding carries it', () => {
    expect(runs(formalised('2025-08-05', { ...unbound, effective: '2025-09-01', ...rate('15') }))).toEqual([
      '15 from 2025-09-01 to ..',
    ]);
  });

  test('before it was announced, when it is back-dated', () => {
    const spans = inForceSpans(given(opened(), formalised('2025-09-05', { effective: '2025-08-01', ...rate('15') }))).get(
      'rate',
    );
    const run = inForceOn(spans, day('2025-08-02'));
    expect(run?.from).toBe(day('2025-08-01'));
    expect(run && run.entry.day > run.from).toBe(true);
  });

  test('back-dated also where its run begins later, because another was in force before', () => {
    const spans = inForceSpans(
      given(
        opened(),
        formalised('2024-01-01', { effective: '2024-06-01/2024-12-30', ...rate('25') }),
        formalised('2024-12-31', { effective: '2023-12-29', ...rate('15') }),
      ),
    ).get('rate');
    const run = inForceOn(spans, day('2025-01-14'));
    expect(run).toMatchObject({ from: day('2024-12-31'), effectFrom: day('2023-12-29'), term: { to: '15' } });
  });

  test('never by what was only proposed', () => {
    expect(runs(proposed('2025-04-02', { effective: '2025-04-03', ...rate('25') }))).toEqual([]);
  });

  test('not by an announcement that is retracted, and from the day to which it is corrected', () => {
    const law = formalised('2025-07-31', { id: 'law', effective: '2025-08-07', instrument: decree, ...rate('15') });
    expect(runs(law, retracted('law'))).toEqual([]);
    expect(runs(law, refined('law', { effective: '2025-08-08' }))).toEqual(['15 from 2025-08-08 to ..']);
    expect(runs(law, refined('law', { effective: null }))).toEqual(['15 from 2025-08-01 to ..']);
  });
});

describe('the latest start wins', () => {
  const old = formalised('2025-04-02', { effective: '2025-04-03', ...rate('25') });

  test('and the older is in force until an amendment is effective', () => {
    expect(runs(old, amended('2025-07-31', { effective: '2025-08-07', ...rate('15') }))).toEqual([
      '25 from 2025-04-03 to 2025-08-06',
      '15 from 2025-08-07 to ..',
    ]);
  });

  test('and the older stays when the amendment has no effective day', () => {
    expect(runs(old, amended('2025-07-31', rate('15')))).toEqual(['25 from 2025-04-03 to ..']);
  });

  test('not the latest announcement', () => {
    expect(runs(old, amended('2025-07-31', { effective: '2025-04-01', ...rate('15') }))).toEqual([
      '15 from 2025-04-01 to 2025-04-02',
      '25 from 2025-04-03 to ..',
    ]);
  });

  test('and by order among equal starts', () => {
    expect(runs(old, amended('2025-07-31', { effective: '2025-04-03', ...rate('15') }))).toEqual(['15 from 2025-04-03 to ..']);
  });

  test('and what it replaces is over: nothing comes back after an interval', () => {
    expect(runs(old, amended('2025-07-31', { effective: '2025-08-01/2025-08-31', ...rate('10') }))).toEqual([
      '25 from 2025-04-03 to 2025-07-31',
      '10 from 2025-08-01 to 2025-08-31',
    ]);
  });

  test('leaving a gap where nothing is in force', () => {
    expect(
      runs(
        formalised('2025-04-02', { effective: '2025-04-03/2025-04-30', ...rate('25') }),
        amended('2025-07-31', { effective: '2025-08-07', ...rate('15') }),
      ),
    ).toEqual(['25 from 2025-04-03 to 2025-04-30', '15 from 2025-08-07 to ..']);
  });
});

describe('it ends', () => {
  const law = formalised('2025-07-31', { effective: '2025-08-07', terms: [tariff('rate', '15'), words('form', 'law')] });

  test('the day before the commitment ended', () => {
    expect(runs(law, ended('2025-09-10'))).toEqual(['15 from 2025-08-07 to 2025-09-09']);
    expect(runs(law, ended('2025-08'))).toEqual(['15 from 2025-08-07 to 2025-08-30']);
  });

  test('the day before the effective day of the end', () => {
    expect(runs(law, ended('2025-09-10', { effective: '2025-12-31' }))).toEqual(['15 from 2025-08-07 to 2025-12-30']);
    expect(runs(law, ended('2025-09-10', { effective: '2025-12' }))).toEqual(['15 from 2025-08-07 to 2025-12-30']);
    expect(runs(law, ended('2025-09-10', { effective: '2025-08-08' }))).toEqual(['15 from 2025-08-07 to 2025-08-07']);
  });

  test('before it began, when the end is effective from its start', () => {
    expect(runs(law, ended('2025-09-10', { effective: '2025-08-07' }))).toEqual([]);
    expect(runs(law, ended('2025-08-01'))).toEqual([]);
  });

  test('on its own day, when the end has an open beginning: an effect is never before it was announced', () => {
    const open = formalised('2025-07-31', { effective: '../2025-12', ...rate('15') });
    expect(verdict(opened(), open, ended('2025-09-10', { effective: '../2025-09' }))).toBe('invalid');
    const older = recordedAll(opened(), open, ended('2025-09-10', { effective: '../2025-09' }));
    expect(inForceSpans(fold(older) as Commitment).get('rate')).toMatchObject([{ from: -Infinity, to: day('2025-09-09') }]);
  });

  test('the day before the term is removed, the others staying', () => {
    const history = [law, amended('2025-09-10', { removes: ['rate'] })];
    expect(runs(...history)).toEqual(['15 from 2025-08-07 to 2025-09-09']);
    expect(inForceSpans(given(opened(), ...history)).get('form')).toMatchObject([{ to: Infinity }]);
    expect(runs(law, amended('2025-09-10', { removes: ['rate'], effective: '2025-10-01' }))).toEqual([
      '15 from 2025-08-07 to 2025-09-30',
    ]);
  });

  test('the day before the terms of the same amendment begin', () => {
    const amendment = (effective: string): Draft =>
      amended('2025-09-10', { removes: ['rate'], effective, terms: [tariff('new', '5')] });
    const begins = (effective: string) => inForceSpans(given(opened(), law, amendment(effective))).get('new')?.[0]?.from;
    expect(runs(law, amendment('2026/2027'))).toEqual(['15 from 2025-08-07 to 2025-12-31']);
    expect(begins('2026/2027')).toBe(day('2026-01-01'));
    expect(runs(law, amendment('2026-03/2027-12-31'))).toEqual(['15 from 2025-08-07 to 2026-03-30']);
    expect(begins('2026-03/2027-12-31')).toBe(day('2026-03-31'));
  });

  test('with its total', () => {
    const total = { terms: [tariff('all', '15'), tariff('rate', '5', { partOf: 'all' })] };
    expect(
      runs(formalised('2025-07-31', { effective: '2025-08-07', ...total }), amended('2025-09-10', { removes: ['all'] })),
    ).toEqual(['5 from 2025-08-07 to 2025-09-09']);
  });

  test('for what was announced before the removal, older versions too, and not for what came after', () => {
    expect(
      runs(
        law,
        amended('2025-08-20', { effective: '2025-08-25', ...rate('12') }),
        amended('2025-09-10', { removes: ['rate'] }),
        amended('2025-09-20', { effective: '2025-09-25', ...rate('10') }),
      ),
    ).toEqual(['15 from 2025-08-07 to 2025-08-24', '12 from 2025-08-25 to 2025-09-09', '10 from 2025-09-25 to ..']);
  });
});

test('what who joined announces himself is in force by its dates, also before he joined, and what he took over from then on', () => {
  const law = formalised('2025-01-10', { effective: '2025-02-01/2025-08-31', ...rate('15') });
  const coming = joined('2025-06-01', { parties: ['JP'], as: 'obligor' });
  const parties = (...drafts: Draft[]): string[] => {
    const spans = inForceSpans(given(opened(), law, coming, ...drafts)).get('rate') ?? [];
    return spans.map((run) => `${run.parties.join('+')} from ${formatDay(run.from)} to ${formatDay(run.to)}`);
  };
  expect(parties()).toEqual(['KR from 2025-02-01 to 2025-08-31', 'JP from 2025-06-01 to 2025-08-31']);
  const own = amended('2025-07-01', { saidBy: [{ actor: 'JP' }], effective: '2025-05-01/2025-09-30', ...rate('12') });
  expect(parties(own)).toEqual(['KR from 2025-02-01 to 2025-08-31', 'JP from 2025-05-01 to 2025-09-30']);
});

test('what was in force for one who was exempt from it and then dissolved is so for his successor once he is exempt no longer', () => {
  expect(
    runs(
      pledged('2025-08-01', { effective: '2025-08-07', ...rate('15') }),
      left('2025-09-01', { parties: ['KR'], reason: 'exempted', keys: ['rate'] }),
      left('2025-09-10', { parties: ['KR'], reason: 'dissolved', successor: 'JP' }),
      joined('2025-10-01'),
    ),
  ).toEqual(['15 from 2025-08-07 to 2025-08-31', '15 from 2025-10-01 to ..']);
});

test('what one who was exempt had in force comes back to him, and not what he succeeded to meanwhile', () => {
  const exempt = { reason: 'exempted', keys: ['rate'] };
  const both = opened({ from: ['KR', 'JP'] });
  const own = (actor: string, effective: string, to: string) =>
    pledged('2025-08-01', { saidBy: [{ actor }], effective, ...rate(to) });
  const told = [
    both,
    own('KR', '2025-08-02', '15'),
    own('JP', '2025-08-07', '20'),
    left('2025-08-10', { parties: ['KR'], ...exempt }),
    left('2025-09-01', { parties: ['JP'], saidBy: [{ actor: 'JP' }], reason: 'dissolved', successor: 'KR' }),
    joined('2025-10-01', { parties: ['KR'], saidBy: [{ actor: 'KR' }] }),
  ];
  const ofKorea =
    inForceSpans(given(...told))
      .get('rate')
      ?.filter(({ parties }) => parties.includes('KR')) ?? [];
  expect(ofKorea.map(({ from, term }) => `${'to' in term ? term.to : ''} from ${formatDay(from)}`)).toEqual([
    '15 from 2025-08-02',
    '20 from 2025-09-01',
    '15 from 2025-10-01',
  ]);
});

test('what ended before it was announced was in force no longer for who left in between either', () => {
  expect(
    runs(
      pledged('2025-08-01', { effective: '2025-08-07', ...rate('15') }),
      joined('2025-08-20'),
      left('2025-09-20', { parties: ['JP'], saidBy: [{ actor: 'JP' }], reason: 'withdrawn' }),
      ended('2025-10-01', { effective: '2025-09-01', reason: 'expired' }),
    ),
  ).toEqual(['15 from 2025-08-07 to 2025-08-31', '15 from 2025-08-20 to 2025-08-31']);
});

test('a reported reaffirmation puts in force what all owe, also where one of them speaks', () => {
  const draft = pledged('2025-02-01', { saidBy: [{ actor: 'KR' }, { actor: 'JP' }], ...rate('15') });
  const parties = (data: { reported?: true }): string[] => {
    const again = reaffirmed('2025-06-01', { saidBy: [{ actor: 'KR' }], effective: '2025-07-01', ...data });
    const spans = inForceSpans(given(opened({ from: ['KR', 'JP'] }), draft, again)).get('rate') ?? [];
    return spans.flatMap((run) => run.parties);
  };
  expect(parties({})).toEqual(['KR']);
  expect(parties({ reported: true })).toEqual(['KR', 'JP']);
});

test('nothing is in force on a day of no run', () => {
  const spans = inForceSpans(given(opened(), formalised('2025-07-31', { effective: '2025-08-07', ...rate('15') }))).get('rate');
  expect(inForceOn(spans, day('2025-08-06'))).toBeUndefined();
  expect(inForceOn(spans, day('2025-08-07'))?.term).toMatchObject({ to: '15' });
  expect(inForceOn(undefined, day('2025-08-07'))).toBeUndefined();
});

test('on each day what is in force is the latest start of those that hold and nothing replaced, ties by order, whatever overlaps', () => {
  const start = day('2025-01-01');
  const span = fc.record({
    from: fc.integer({ min: 0, max: 12 }),
    length: fc.option(fc.nat(6), { nil: undefined }),
    isOpen: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 8 }), (spans) => {
      const [first, ...others] = spans.map(({ from, length, isOpen }, index): Draft => {
        const end = length === undefined ? '..' : formatDay(start + from + length);
        // An open beginning needs an end.
        const effective = `${isOpen && length !== undefined ? '..' : formatDay(start + from)}/${end}`;
        const fields = { effective, ...rate(String(index)) };
        return index === 0 ? pledged('2025-01-01', fields) : amended('2025-01-01', fields);
      });
      if (!first) throw new Error('expected a pledge');
      const runs = inForceSpans(given(opened(), first, ...others)).get('rate') ?? [];
      for (let on = -2; on < 22; on++) {
        const held = spans
          .map(({ from, length, isOpen }, index) => {
            const to = length === undefined ? Infinity : from + length;
            return { index, from: isOpen && length !== undefined ? -Infinity : from, to };
          })
          .filter(({ index, from, to }, _, all) => {
            // What was announced later and began no earlier has replaced it.
            const isReplaced = all.some((one) => one.index > index && one.from >= from && one.from <= on);
            return from <= on && on <= to && !isReplaced;
          });
        const expected = held.findLast(({ from }) => from === Math.max(...held.map((one) => one.from)));
        const found = inForceOn(runs, start + on)?.term;
        expect([on, found && 'to' in found && found.to]).toEqual([on, expected && String(expected.index)]);
      }
    }),
    { numRuns: 500 },
  );
});
