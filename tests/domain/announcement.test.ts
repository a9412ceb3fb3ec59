import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../domain/decide.ts';
import {
  amended,
  disputed,
  type Draft,
  ended,
  formalised,
  fulfilled,
  idOf,
  instrument,
  joined,
  left,
  money,
  observed,
  opened,
  pledged,
  proposed,
  refined,
  resumed,
  retracted,
  sources,
  suspended,
  words,
} from './given.ts';

function problems({ type, data }: Draft): string[] {
  const event = parseEvent(type, JSON.parse(JSON.stringify(data)));
  return 'reason' in event ? event.problems.map(({ pointer }) => pointer) : [];
}

const about = { announcement: idOf('pledge') };
const text = { publisher: 'Yonhap' };

describe('refuses', () => {
  test.each<[string, Draft, string]>([
    ['an unknown type', { type: 'promised' as never, data: {} }, '/type'],
    ['an announcement without a day', observed('2025', { happened: undefined }), '/happened'],
    ['a season', observed('2025-21'), '/happened'],
    ['an effective date that is none', observed('2025', { effective: 'at once' }), '/effective'],
    ['a due date that is none', observed('2025', { due: 'next week' }), '/due'],
    ['no speaker', observed('2025', { saidBy: [] }), '/saidBy'],
    ['missing speakers', observed('2025', { saidBy: undefined }), '/saidBy'],
    ['an unknown country for a speaker', observed('2025', { saidBy: [{ actor: 'UK' }] }), '/saidBy/0/actor'],
    ['an unknown country spoken for', observed('2025', { saidBy: [{ actor: 'KR', for: 'ZZ' }] }), '/saidBy/0/for'],
    ['no source', observed('2025', { sources: [] }), '/sources'],
    ['missing sources', observed('2025', { sources: undefined }), '/sources'],
    ['a source of nobody', observed('2025', { sources: [{ url: 'https://a.kr' }] }), '/sources/0/publisher'],
    ['a source without address, hash and quote', observed('2025', { sources: [text] }), '/sources/0'],
    ['a source with a title alone', observed('2025', { sources: [{ ...text, title: 'News' }] }), '/sources/0'],
    ['a relative address', observed('2025', { sources: [{ ...text, url: 'a.html' }] }), '/sources/0/url'],
    ['a hash of another length', observed('2025', { sources: [{ ...text, sha256: 'abc' }] }), '/sources/0/sha256'],
    ['an empty quote', observed('2025', { sources: [{ ...text, quote: { exact: '' } }] }), '/sources/0/quote/exact'],
    [
      'a day of publication that is none',
      observed('2025', { sources: [{ ...sources[0], published: '22 Aug' }] }),
      '/sources/0/published',
    ],
    ['an unknown confidence', observed('2025', { confidence: 'certain' }), '/confidence'],
    ['a key twice', observed('2025', { terms: [words('a', 'b'), words('a', 'c')] }), '/terms/1/key'],
    ['a figure that is a JSON number', observed('2025', { terms: [{ ...money('a', '1'), max: 1 }] }), '/terms/0/max'],
    ['resolves that is no id', observed('2025', { resolves: ['the dispute'] }), '/resolves/0'],
    ['a party that joins as nothing', joined('2025', { as: undefined }), '/as'],
    ['joined by nobody', joined('2025', { parties: [] }), '/parties'],
    ['left by nobody', left('2025', { parties: [] }), '/parties'],
    ['left without a reason', left('2025', { reason: undefined }), '/reason'],
    ['a successor of who withdrew', left('2025', { successor: 'RU' }), '/successor'],
    [
      'a commitment as successor of who is dissolved',
      left('2025', { reason: 'dissolved', successor: idOf('x') }),
      '/successor',
    ],
    ['exempted from nothing', left('2025', { reason: 'exempted' }), '/keys'],
    ['keys of who withdrew', left('2025', { keys: ['core'] }), '/keys'],
    ['a suspension until no date', suspended('2025', { until: 'further notice' }), '/until'],
    ['a suspension of no key', suspended('2025', { keys: ['Rate'] }), '/keys/0'],
    ['a resumption of what is no id', resumed('2025', { resumes: ['the pause'] }), '/resumes/0'],
    ['reported elsewhere, of an instrument', formalised('2025', { reported: true }), '/reported'],
    ['a performance of a key without extent', fulfilled('2025', { performs: [{ key: 'a' }] }), '/performs/0/extent'],
    [
      'a performance by a person',
      fulfilled('2025', { performs: [{ key: 'a', extent: 'full', by: ['person:lee'] }] }),
      '/performs/0/by/0',
    ],
    ['a performance elsewhere', observed('2025', { performs: [] }), '/performs'],
    [
      'a document that is no slug',
      formalised('2025', { instrument: { ...instrument, document: 'Fact sheet' } }),
      '/instrument/document',
    ],
    ['a condition met that is no key', observed('2025', { meets: ['Ratified'] }), '/meets/0'],
    ['a proposal without mode', proposed('2025', { mode: undefined }), '/mode'],
    ['a mode elsewhere', observed('2025', { mode: 'demand' }), '/mode'],
    ['reported elsewhere', observed('2025', { reported: true }), '/reported'],
    ['formalised without instrument', formalised('2025', { instrument: undefined }), '/instrument'],
    [
      'an instrument half bound',
      formalised('2025', { instrument: { ...instrument, binding: 'maybe' } }),
      '/instrument/binding',
    ],
    ['an instrument without date', formalised('2025', { instrument: { ...instrument, date: undefined } }), '/instrument/date'],
    [
      'a person as party of an instrument',
      formalised('2025', { instrument: { ...instrument, parties: ['person:lee'] } }),
      '/instrument/parties/0',
    ],
    ['a dispute about nothing', disputed('2025'), '/about'],
    ['a dispute without ground', disputed('2025', { about, ground: undefined }), '/ground'],
    ['a dispute without readings', disputed('2025', { about, readings: [] }), '/readings'],
    ['a reading of nobody', disputed('2025', { about, readings: [{ text: 'a' }] }), '/readings/0/party'],
    ['a reading without words', disputed('2025', { about, readings: [{ party: 'US', text: '' }] }), '/readings/0/text'],
    [
      'a reading with a source that is none',
      disputed('2025', { about, readings: [{ party: 'US', text: 'a', source: text }] }),
      '/readings/0/source',
    ],
    ['fulfilled by half', fulfilled('2025', { extent: 'half' }), '/extent'],
    ['an amendment of nothing', amended('2025'), ''],
    ['an amendment with empty lists', amended('2025', { terms: [], removes: [] }), ''],
    ['removes elsewhere', observed('2025', { removes: ['a'] }), '/removes'],
    ['an end without reason', ended('2025', { reason: undefined }), '/reason'],
    ['a successor of what was withdrawn', ended('2025', { successor: idOf('next') }), '/successor'],
    ['a retraction with changes', retracted('pledge', { changes: {} }), '/changes'],
    ['a correction without changes', refined('pledge', {}), '/changes'],
    ['a correction without reason', refined('pledge', { note: 'a' }, { reason: undefined }), '/reason'],
    ['a correction without source', refined('pledge', { note: 'a' }, { sources: [] }), '/sources'],
    ['a correction with a day', refined('pledge', { note: 'a' }, { happened: '2025' }), '/happened'],
    ['a correction by a speaker', refined('pledge', { note: 'a' }, { saidBy: [{ actor: 'KR' }] }), '/saidBy'],
    ['a commitment of nobody', opened({ from: [] }), '/from'],
    ['a person as obligor', opened({ from: ['person:lee'] }), '/from/0'],
    ['an unknown beneficiary', opened({ to: ['ZZ'] }), '/to/0'],
    ['a title of blanks', opened({ title: ' ' }), '/title'],
    ['a topic in capitals', opened({ topic: 'Trade' }), '/topic'],
    ['an unknown link', opened({ links: { requires: [] } }), '/links/requires'],
    ['a link to what is no id', opened({ links: { partOf: ['it'] } }), '/links/partOf/0'],
    ['a name for what is no party', opened({ names: { 'person:lee': 'Lee' } }), '/names/person:lee'],
    ['a speaker of the opening', opened({ saidBy: [{ actor: 'KR' }] }), '/saidBy'],
  ])('%s', (_, draft, pointer) => {
    expect(problems(draft)).toEqual([pointer]);
  });
});

describe('accepts', () => {
  test.each<[string, Draft]>([
    ['an announcement without terms', pledged('2025')],
    ['empty lists', pledged('2025', { terms: [], resolves: [] })],
    ['an instrument without parties', formalised('2025', { instrument: { ...instrument, parties: undefined } })],
    ['an instrument of a coarse date', formalised('2025', { instrument: { ...instrument, date: '2025-07' } })],
    ['an instrument of a pledge', pledged('2025', { instrument })],
    ['an actor as a reader', disputed('2025', { about, readings: [{ party: 'person:lee', text: 'a' }] })],
    ['a dispute about a term', disputed('2025', { about: { ...about, term: 'total' } })],
    ['an amendment that only removes', amended('2025', { removes: ['a'] })],
    ['a successor of what was superseded', ended('2025', { reason: 'superseded', successor: idOf('next') })],
    ['superseded without successor', ended('2025', { reason: 'superseded' })],
    ['a source with a quote alone', observed('2025', { sources: [{ ...text, quote: { exact: 'we will' } }] })],
    ['a commitment to nobody', opened({ to: [] })],
    ['empty links', opened({ links: { partOf: [] } })],
    ['any first segment of a topic', opened({ topic: 'space/moon-base' })],
    ['a retraction with note and confidence', retracted('pledge', { note: 'a', confidence: 'low' })],
  ])('%s', (_, draft) => {
    expect(problems(draft)).toEqual([]);
  });

  test.each(['demand', 'request', 'plan', 'claim', 'threat', 'expected'])('a proposal of mode %s', (mode) => {
    expect(problems(proposed('2025', { mode }))).toEqual([]);
  });

  test.each(['reading', 'figures', 'performance', 'validity', 'rejection'])('a dispute on %s', (ground) => {
    expect(problems(disputed('2025', { about, ground }))).toEqual([]);
  });

  test.each(['withdrawn', 'expired', 'superseded', 'annulled', 'breached'])('an end: %s', (reason) => {
    expect(problems(ended('2025', { reason }))).toEqual([]);
  });

  test.each(['yes', 'no', 'disputed'])('an instrument that is binding: %s', (binding) => {
    expect(problems(formalised('2025', { instrument: { ...instrument, binding } }))).toEqual([]);
  });
});

test('tells every problem at once, each with its place', () => {
  const draft = observed('soon', { saidBy: [], sources: [text], colour: 'red' });
  expect(problems(draft).toSorted()).toEqual(['/colour', '/happened', '/saidBy', '/sources/0']);
});

test('a source of memory needs no address, hash or quote', () => {
  expect(problems(observed('2025', { sources: [{ publisher: 'The desk', tier: 'memory' }] }))).toEqual([]);
});

test('lists that name nothing may be empty', () => {
  const nothing = { terms: [], resolves: [], meets: [] };
  expect(problems(suspended('2025', { ...nothing, keys: [], parties: [] }))).toEqual([]);
  expect(problems(resumed('2025', { resumes: [] }))).toEqual([]);
  expect(problems(left('2025', { keys: [] }))).toEqual([]);
  expect(problems(fulfilled('2025', { performs: [] }))).toEqual([]);
});
