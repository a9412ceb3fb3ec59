import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { dollars, source } from '../helpers/given.ts';
import { type Case, usa, observed, pledge, tariff, withTerms, open, pledged, refusesEach } from './refusing.ts';

/** What the rules refuse over HTTP: each with the problem it answers, and with nothing written. */

const cases: Case[] = [
  {
    name: 'a pledge by someone who is not the obligor',
    send: () => ({ ...pledge, ...usa }),
    status: 422,
    kind: 'not-by-obligor',
    pointer: '/saidBy',
  },
  {
    name: 'a demand that tries to be a pledge',
    send: () => ({ ...pledge, mode: 'demand' }),
    status: 400,
    kind: 'invalid',
    pointer: '/mode',
  },
  {
    name: 'a reported pledge of which only the beneficiary speaks',
    send: () => ({ ...pledge, ...usa, reported: true }),
    status: 422,
    kind: 'not-by-obligor',
  },
  {
    name: 'formalised without an instrument',
    send: () => ({ ...observed, type: 'formalised' }),
    status: 400,
    kind: 'invalid',
    pointer: '/instrument',
  },
  {
    name: 'an amendment of what was only proposed',
    given: async (a) => {
      const id = await a.open();
      await a.say(id, 'proposed', { mode: 'plan' });
      return { id };
    },
    send: () => ({ ...withTerms(dollars('a', '1')), type: 'amended' }),
    status: 422,
    kind: 'not-allowed-at-stage',
  },
  {
    name: 'a dispute without readings',
    given: pledged,
    send: (ids) => ({ ...observed, type: 'disputed', ground: 'reading', about: { announcement: ids['pledge'] }, readings: [] }),
    status: 400,
    kind: 'invalid',
    pointer: '/readings',
  },
  {
    name: 'fulfilled on a proposal',
    send: () => ({ ...observed, type: 'fulfilled', extent: 'full' }),
    status: 422,
    kind: 'not-allowed-at-stage',
  },
  {
    name: 'between with min over max',
    send: () => withTerms(dollars('a', '9', { qualifier: 'between', max: '5' })),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/qualifier',
  },
  {
    name: 'exact with two bounds',
    send: () => withTerms(dollars('a', '5', { max: '9' })),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/qualifier',
  },
  {
    name: 'about with one bound',
    send: () => withTerms({ key: 'a', kind: 'money', qualifier: 'about', min: '5', currency: 'USD', text: 'x' }),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/qualifier',
  },
  {
    name: 'parts that exceed their total',
    send: () => ({
      ...pledge,
      terms: [dollars('total', '5'), dollars('a', '3', { partOf: 'total' }), dollars('b', '3', { partOf: 'total' })],
    }),
    status: 422,
    kind: 'parts-exceed-total',
  },
  {
    name: 'parts that exceed a total that stands',
    given: pledged,
    send: () => ({ ...withTerms(dollars('more', '201', { partOf: 'total' })), type: 'amended' }),
    status: 422,
    kind: 'parts-exceed-total',
  },
  {
    name: 'a part in another currency',
    send: () => ({ ...pledge, terms: [dollars('total', '5'), dollars('a', '3', { partOf: 'total', currency: 'EUR' })] }),
    status: 422,
    kind: 'part-mismatch',
  },
  {
    name: 'terms in a circle',
    send: () => ({ ...pledge, terms: [dollars('a', '5', { partOf: 'b' }), dollars('b', '5', { partOf: 'a' })] }),
    status: 422,
    kind: 'term-cycle',
  },
  {
    name: 'a reference to no term',
    send: () => ({ ...pledge, terms: [dollars('a', '5', { partOf: 'b' })] }),
    status: 422,
    kind: 'unknown-term',
    pointer: '/terms/0/partOf',
  },
  {
    name: 'a key twice',
    send: () => withTerms(dollars('a', '5'), dollars('a', '5')),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/1/key',
  },
  {
    name: 'a figure as a JSON number',
    send: () => withTerms({ ...dollars('a', '5'), min: 5 }),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/min',
  },
  {
    name: 'a figure with an exponent',
    send: () => withTerms(dollars('a', '5e9')),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/min',
  },
  {
    name: 'a figure with a sign',
    send: () => withTerms(dollars('a', '-5')),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/min',
  },
  {
    name: 'the currency WON',
    send: () => withTerms(dollars('a', '5', { currency: 'WON' })),
    status: 400,
    kind: 'invalid',
    pointer: '/terms/0/currency',
  },
  {
    name: 'the country UK',
    send: () => ({ ...observed, saidBy: [{ actor: 'UK' }] }),
    status: 400,
    kind: 'invalid',
    pointer: '/saidBy/0/actor',
  },
  {
    name: 'a day that has not begun',
    send: () => ({ ...observed, happened: '2026-01-03' }),
    status: 422,
    kind: 'not-begun',
    pointer: '/happened',
  },
  {
    name: '30 February',
    send: () => ({ ...observed, happened: '2025-02-30' }),
    status: 400,
    kind: 'invalid',
    pointer: '/happened',
  },
  { name: 'a season', send: () => ({ ...observed, happened: '2025-21' }), status: 400, kind: 'invalid', pointer: '/happened' },
  { name: 'no source', send: () => ({ ...observed, sources: [] }), status: 400, kind: 'invalid', pointer: '/sources' },
  {
    name: 'a source without address, hash or quote',
    send: () => ({ ...observed, sources: [{ publisher: 'x' }] }),
    status: 400,
    kind: 'invalid',
    pointer: '/sources/0',
  },
  { name: 'a second pledge by the same obligor', given: pledged, send: () => pledge, status: 422, kind: 'already-pledged' },
  {
    name: 'a reaffirmation with another figure',
    given: pledged,
    send: () => ({ ...withTerms(dollars('total', '351')), type: 'reaffirmed' }),
    status: 422,
    kind: 'figure-not-standing',
  },
  {
    name: 'an amendment that changes nothing',
    given: pledged,
    send: () => ({ ...withTerms(dollars('total', '350.0', { text: 'other words' })), type: 'amended' }),
    status: 422,
    kind: 'nothing-changed',
  },
  {
    name: 'a removal of what does not stand',
    given: pledged,
    send: () => ({ ...observed, type: 'amended', removes: ['nothing'] }),
    status: 422,
    kind: 'unknown-term',
    pointer: '/removes/0',
  },
  {
    name: 'a dispute resolved that is not open',
    given: pledged,
    send: (ids) => ({ ...observed, resolves: [ids['pledge']] }),
    status: 422,
    kind: 'dispute-not-open',
    pointer: '/resolves/0',
  },
  {
    name: 'a dispute about an announcement of another commitment',
    given: async (a) => ({ other: (await pledged(a)).pledge, ...(await pledged(a)) }),
    send: (ids) => ({
      ...observed,
      type: 'disputed',
      ground: 'reading',
      about: { announcement: ids['other'] },
      readings: [{ party: 'US', text: 'no' }],
    }),
    status: 422,
    kind: 'unknown-announcement',
    pointer: '/about/announcement',
  },
  {
    name: 'a correction that points into another commitment',
    given: async (a) => ({ other: (await pledged(a)).pledge, ...(await open(a)) }),
    send: (ids) => ({ type: 'corrected', corrects: ids['other'], mode: 'retract', reason: 'x', sources: [source] }),
    status: 422,
    kind: 'unknown-announcement',
    pointer: '/corrects',
  },
  {
    name: 'a correction at what is retracted',
    given: async (a) => {
      const ids = await pledged(a);
      await a.say(ids.id, 'corrected', { corrects: ids.pledge, mode: 'retract', reason: 'x' });
      return ids;
    },
    send: (ids) => ({
      type: 'corrected',
      corrects: ids['pledge'],
      mode: 'refine',
      changes: { note: 'x' },
      reason: 'x',
      sources: [source],
    }),
    status: 422,
    kind: 'retracted',
  },
  {
    name: 'a retraction of what an open dispute is about',
    given: async (a) => {
      const ids = await pledged(a);
      await a.say(ids.id, 'observed', { happened: '2025-08-21' });
      await a.say(ids.id, 'disputed', {
        ground: 'reading',
        about: { announcement: ids.pledge },
        readings: [{ party: 'US', text: 'no' }],
      });
      return ids;
    },
    send: (ids) => ({ type: 'corrected', corrects: ids['pledge'], mode: 'retract', reason: 'x', sources: [source] }),
    status: 422,
    kind: 'disputed',
  },
  {
    name: 'a late find that makes a later announcement impossible',
    given: async (a) => {
      const id = await a.open();
      await a.say(id, 'pledged', { happened: '2025-09-10' });
      return { id };
    },
    send: () => ({ ...observed, type: 'ended', reason: 'withdrawn', happened: '2025-09-09', saidBy: [{ actor: 'KR' }] }),
    status: 422,
    kind: 'not-allowed-at-stage',
  },
  {
    name: 'a late find after which a later announcement cannot stand',
    given: async (a) => {
      const { id } = await pledged(a);
      await a.say(id, 'reaffirmed', { happened: '2025-09-10' });
      return { id };
    },
    send: () => ({ ...observed, type: 'ended', reason: 'withdrawn', happened: '2025-09-09' }),
    status: 422,
    kind: 'breaks-timeline',
  },
  {
    name: 'a correction that makes a later announcement impossible',
    given: async (a) => {
      const ids = await pledged(a);
      await a.say(ids.id, 'fulfilled', { happened: '2025-09-10', extent: 'partial' });
      return ids;
    },
    send: (ids) => ({
      type: 'corrected',
      corrects: ids['pledge'],
      mode: 'refine',
      changes: { happened: '2025-09-11' },
      reason: 'x',
      sources: [source],
    }),
    status: 422,
    kind: 'breaks-timeline',
    pointer: '/changes/happened',
  },
  {
    name: 'a correction after which the announcement is not legal',
    given: pledged,
    send: (ids) => ({
      type: 'corrected',
      corrects: ids['pledge'],
      mode: 'refine',
      changes: { saidBy: null },
      reason: 'x',
      sources: [source],
    }),
    status: 400,
    kind: 'invalid',
    pointer: '/changes/saidBy',
  },
];

refusesEach(cases);

test('a choice that is none of those is refused with what was found', async () => {
  const a = api();
  const id = await a.open();
  const terms = [
    { key: 'cash', kind: 'cash', text: 'cash' },
    { key: 'bare', text: 'bare' },
    { ...tariff, each: 1 },
  ];
  const told = async (body: object): Promise<Record<string, string>> => {
    const { body: problem } = await a.send(`/commitments/${id}/announcements`, body);
    return Object.fromEntries(problem.errors.map(({ pointer, detail }) => [pointer, detail]));
  };
  expect(await told({ ...observed, type: 'proposed', mode: 'wish', terms })).toEqual({
    '/mode': 'expected one of "demand", "request", "plan", "claim", "threat", "expected", found "wish"',
    '/terms/0/kind': expect.stringMatching(/^expected one of "money", .*, "text", found "cash"$/),
    '/terms/1/kind': expect.stringMatching(/, found nothing$/),
    '/terms/2/each': 'expected true, found 1',
  });
  expect(await told({ ...observed, type: 'proposed' })).toMatchObject({ '/mode': expect.stringMatching(/, found nothing$/) });
  expect(await told({ ...observed, type: 'promised' })).toMatchObject({
    '/type': expect.stringMatching(/, found "promised"$/),
  });
});
