import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemOf, missingIn } from '../../src/understanding/documentOfText.ts';
import { sentencesOf } from '../../src/understanding/sentences.ts';
import { draftsIn } from '../../src/understanding/textDrafts.ts';
import { api } from '../helpers/api.ts';
import { type Expected, measured } from './measured.ts';

const data = join(import.meta.dirname, '../../src/data');
const news = readFileSync(join(data, 'summit-2025-08.txt'), 'utf8');
const read = (name: string): string => readFileSync(join(import.meta.dirname, 'texts', name), 'utf8');
const none = { known: [] };

/** What the sample ledger holds of its text, a line an announcement. */
function recordedOf(lines: string): Expected[] {
  const events = lines
    .split('\n')
    .filter(Boolean)
    .map(
      (line) =>
        JSON.parse(line) as { type: string; data: { terms?: { text: string }[]; sources?: { quote: { exact: string } }[] } },
    );
  return events
    .filter(({ type }) => type !== 'commitment.opened')
    .map(({ type, data: { terms = [], sources = [] } }) => ({
      type: type.replace('commitment.', ''),
      words: terms.map(({ text }) => text).join(' '),
      sentence: sources[0]?.quote.exact ?? '',
    }));
}

test('of the 25 announcements of the news text at least 20 are found, and fewer than 10 drafts are none', () => {
  const expected = recordedOf(readFileSync(join(data, 'summit-2025-08.ndjson'), 'utf8'));
  const { found, wrong } = measured(expected, draftsIn(news, { asOf: '2025-08-22', ...none }));
  expect(expected).toHaveLength(25);
  expect(found).toBeGreaterThanOrEqual(20);
  expect(wrong.length).toBeLessThan(10);
});

/** Statements that were written for this test, each with what a person finds in it. */
const texts: readonly (readonly [file: string, asOf: string, expected: readonly (readonly [type: string, words: string])[]])[] =
  [
    [
      'eu-ukraine.txt',
      '2027-03-14',
      [
        ['pledged', 'provide €35 billion in loans to Ukraine by the end of 2028'],
        ['pledged', 'launch negotiations on a new energy agreement'],
        ['pledged', 'establish a joint working group on demining'],
        ['fulfilled', '€16.2 billion to Ukraine'],
        ['pledged', 'adopting a law on anti-corruption prosecutors by June 2027'],
        ['proposed', 'impose a full ban on Russian oil imports'],
        ['reaffirmed', 'their support for a just and lasting peace'],
        ['proposed', 'a package of at least €2 billion a year for reconstruction'],
        ['disputed', 'claims that it had delayed judicial reforms'],
        ['proposed', 'veto any further funding'],
        ['observed', '120 EU advisers'],
      ],
    ],
    [
      'uk-japan.txt',
      '2027-05-09',
      [
        ['formalised', 'a memorandum'],
        ['pledged', 'commits £1.4 billion to offshore wind'],
        ['pledged', '¥300 billion to hydrogen by 2032'],
        ['pledged', 'buy 48 engines from British suppliers'],
        ['pledged', 'eliminate its 10% tariff on Japanese cars by 1 January 2028'],
        ['pledged', 'maintain at least 2,500 visas a year for Japanese researchers'],
        ['proposed', 'open its rice market'],
        ['proposed', 'raise defence spending to 2.5 percent of GDP by fiscal year 2030'],
        ['disputed', 'reports that it had offered a loan guarantee'],
        ['proposed', 'meet again in Cardiff in September'],
        ['observed', 'about 3.1 million tonnes of liquefied natural gas a year'],
      ],
    ],
    [
      'korea-poland.txt',
      '2027-04-20',
      [
        ['pledged', '폴란드는 2030년까지 K2 전차 180대를 구매하기로 했다'],
        ['pledged', '한국은 폴란드에 6조 5,000억 원의 수출 금융을 제공하기로 약속했다'],
        ['pledged', '양국은 공동 기술 센터를 설립하기로 합의했다'],
        ['fulfilled', '한국은 지난해까지 자주포 212문 가운데 140대를 인도했다'],
        ['proposed', '폴란드는 한국에 부품의 현지 생산을 요구했다'],
        ['disputed', '한국 정부는 기술 이전이 지연되고 있다는 보도를 부인했다'],
        ['reaffirmed', '양측은 2026년 협정의 이행을 재확인했다'],
        ['proposed', '다음 회담은 10월에 바르샤바에서 열릴 예정이다'],
      ],
    ],
    [
      'japan-philippines.txt',
      '2027-06-03',
      [
        ['pledged', '日本はフィリピンに巡視船5隻を提供すると約束した'],
        ['pledged', '日本は鉄道の建設に約2,500億円を拠出すると表明した'],
        ['formalised', '両国は共同訓練の協定に署名した'],
        ['proposed', 'フィリピンは日本に農産物の市場開放を求めた'],
        ['disputed', '日本は交渉が遅れているとの報道を否定した'],
        ['proposed', '次の会談は2028年に東京で開かれる予定だ'],
      ],
    ],
    [
      'eastern-sea-communique.txt',
      '2026-11-12',
      [
        ['reaffirmed', 'our commitment to freedom of navigation'],
        ['pledged', 'contribute A$450 million over four years to a regional coast guard academy'],
        ['pledged', 'transfer ten patrol vessels to the Philippines and Indonesia by the end of 2029'],
        ['pledged', 'extend concessional loans of up to ¥180 billion'],
        ['pledged', 'host the academy'],
        ['pledged', 'provide 120 instructors'],
        ['pledged', 'ratifying the Agreement on Maritime Search and Rescue before 30 June 2027'],
        ['pledged', 'establish a joint fund of at least US$1.2 billion'],
        ['pledged', 'bear 35 per cent'],
        ['proposed', 'refrain from the use of water cannon against civilian vessels'],
        ['disputed', 'the arbitral award of 2016'],
        ['fulfilled', 'the delivery by Japan of two of the five vessels'],
        ['proposed', 'meet every six months'],
        ['proposed', 'be held in Manila in 2027'],
      ],
    ],
    [
      'wire-story.txt',
      '2026-12-03',
      [
        ['pledged', 'resume a currency swap arrangement worth 10 billion dollars'],
        ['pledged', 'supply up to 13 trillion won and Tokyo up to 1.5 trillion yen until December 2029'],
        ['proposed', 'buy 600,000 tons of Japanese animal feed'],
        ['formalised', 'a contract with JERA to swap 1.2 million tons of LNG a year from 2027'],
        ['proposed', 'lower tariffs on dried seaweed from 40 percent to 15 percent'],
        ['proposed', 'the lifting of a ban on fishery products from eight prefectures'],
        ['pledged', 'spend 2.5 percent of gross domestic product on research by 2030'],
        ['fulfilled', '60 million dollars of the 100 million dollars'],
        ['observed', '100 million dollars'],
      ],
    ],
    [
      'written-answer.txt',
      '2026-10-08',
      [
        ['pledged', '£4.5 billion of military support to Ukraine this year'],
        ['pledged', 'supply a further 5,000 air defence missiles'],
        ['pledged', 'purchase 150 artillery barrels jointly'],
        ['proposed', 'bring forward proposals by December'],
        ['pledged', 'spend 2.6 per cent of GDP on defence from April 2027'],
        ['pledged', 'invest 5 per cent of GDP in national security by 2035'],
      ],
    ],
  ];

test.each(texts)(
  'of %s four of five announcements are found, and at most one draft in five is none',
  (file, asOf, expected) => {
    const reading = draftsIn(read(file), { asOf, ...none });
    const { found, wrong } = measured(
      expected.map(([type, words]) => ({ type, words })),
      reading,
    );
    expect(found).toBeGreaterThanOrEqual(Math.ceil(expected.length * 0.8));
    expect(wrong.length).toBeLessThanOrEqual(Math.floor(reading.drafts.length / 5));
  },
);

test.each([
  ['what is not so', 'Japan has no plan to lift its export controls. Japan did not agree to buy 48 engines.'],
  [
    'a question or a condition',
    'They asked whether Japan will provide 3 ships. If Japan pledges to pay US$2 billion it is late.',
  ],
  ['what was promised to somebody', 'Japan spoke of the vessels promised in 2023, and of the sum it pledged to the fund.'],
])('%s announces nothing', (_, text) => {
  const { drafts } = draftsIn(text, { asOf: '2026-12-03', ...none });
  expect(drafts.filter(({ type }) => type === 'pledged' || type === 'proposed').map((draft) => draft.text)).toEqual([]);
});

test('what somebody will do is no observation, and an aside parts nobody from what he does', () => {
  const { drafts } = draftsIn(
    'Australia will contribute A$450 million. China, which was not present, has rejected the award. Japan agreed on Monday with Norway to buy 3 ships, officials said.',
    { asOf: '2026-12-03', ...none },
  );
  expect(drafts.map(({ type, from, text }) => [type, from[0], text])).toEqual([
    ['pledged', 'AU', 'contribute A$450 million'],
    ['disputed', 'CN', 'the award'],
    ['pledged', 'JP', 'buy 3 ships'],
  ]);
});

test('a draft has the figures, dates and parties of its sentence', () => {
  const { drafts } = draftsIn(read('eu-ukraine.txt'), { asOf: '2027-03-14', ...none });
  expect(drafts[0]).toMatchObject({
    type: 'pledged',
    from: ['org:eu'],
    to: ['UA'],
    terms: [{ kind: 'money', min: '35000000000', currency: 'EUR', deadline: '2028' }],
  });
  const { drafts: ofNews } = draftsIn(news, { asOf: '2025-08-22', ...none });
  expect(ofNews.find(({ text }) => text.startsWith('start his first'))).toMatchObject({
    due: '2025-08-23',
    saidBy: [{ actor: 'person:lee-jae-myung', for: 'KR' }],
  });
  expect(ofNews.find(({ text }) => text.startsWith('launch working-level'))).toMatchObject({
    from: ['KR', 'JP'],
    to: ['KR', 'JP'],
    saidBy: [{ actor: 'person:lee-jae-myung' }, { actor: 'person:shigeru-ishiba', role: 'Prime Minister' }],
  });
  expect(ofNews.find(({ text }) => text.startsWith('lowered'))).toMatchObject({
    happened: '2025-07',
    terms: [{ kind: 'tariff', from: '25', to: '15', on: 'Korean goods' }],
  });
  expect(ofNews.find(({ text }) => text.startsWith('as high as'))).toMatchObject({
    type: 'proposed',
    mode: 'demand',
    terms: [{ qualifier: 'between' }],
  });
});

test('what a draft makes of a text can be recorded as it is, save what it says is missing', async () => {
  const { send, ledger } = api();
  for (const [text, asOf] of [[news, '2025-08-22'], ...texts.map(([file, day]) => [read(file), day] as const)] as const) {
    const { sentences, drafts } = draftsIn(text, { asOf: asOf.replace(/^2027/, '2025'), ...none });
    const source = {
      publisher: 'A news text',
      sha256: createHash('sha256').update(text).digest('hex'),
      published: '2025-08-22',
    };
    const items = drafts
      .filter((draft) => missingIn(draft) === undefined)
      .map((draft) => {
        const sentence = sentences[draft.sentence];
        if (!sentence) throw new Error('expected the sentence of a draft, found none');
        expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text);
        return itemOf(draft, sentence, source, ledger.newId());
      });
    const { status, body } = await send('/documents?dryRun', { items });
    expect([body['errors'], status]).toEqual([undefined, 200]);
  }
});

test('a sentence ends at its stop, and not at that of an abbreviation, in three languages', () => {
  const texts = (text: string): string[] => sentencesOf(text).map((one) => one.text);
  expect(texts('He left ahead of a U.S. visit. It was 3.5 % then! “We will,” he said.')).toEqual([
    'He left ahead of a U.S. visit.',
    'It was 3.5 % then!',
    '“We will,” he said.',
  ]);
  expect(texts('Mr. Kim met Dr. J. Park in Washington, D.C. They agreed.\nTitle https://t.co/a.b')).toEqual([
    'Mr. Kim met Dr. J. Park in Washington, D.C.',
    'They agreed.',
    'Title',
  ]);
  expect(texts('日本は約束した。米国も「そうする。」と述べた。')).toEqual([
    '日本は約束した。',
    '米国も「そうする。」',
    'と述べた。',
  ]);
  expect(texts('한국은 약속했다. 미국은 거부했다.')).toEqual(['한국은 약속했다.', '미국은 거부했다.']);
});

test('the same text gives the same drafts, and any text gives some answer', () => {
  const piece = fc.constantFrom(
    'Japan ',
    'will ',
    'provide ',
    'US$5 billion',
    ' to ',
    'Ukraine',
    '. ',
    ', and ',
    'agreed to ',
    'that ',
    'accord that ',
    'the 28,500 ',
    'troops ',
    '“',
    '한국은 ',
    '약속했다. ',
    '約束した。',
    'He ',
    'President Lee ',
    'by 2030',
    '\n',
    'tariffs on cars to 5 % ',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (one) => {
      const { sentences, drafts } = draftsIn(one, { asOf: '2025-08-22', ...none });
      for (const { sentence } of drafts) expect(sentences[sentence]).toBeDefined();
      expect(draftsIn(one, { asOf: '2025-08-22', ...none }).drafts).toEqual(drafts);
    }),
    { numRuns: 300 },
  );
});
