import { describe, expect, test } from 'vitest';
import { ledgerEvent } from '../../domain/announcement.ts';
import { parseEvent } from '../../domain/decide.ts';
import { canonicalJson } from '../../domain/json.ts';

/**
 * One stored example of every event type, as it stands in ledgers today. Never edit one: each must be read, unchanged, for as
 * long as there are ledgers. A new field gets a new example.
 */
const examples: readonly (readonly [string, string])[] = [
  [
    'opened',
    '{"from":["KR","company:kogas"],"links":{"claimedPartOf":[],"contains":["01K38TCSG0NJNE26E33PQJF1W1"],"dependsOn":["01K38TCSG0NJNE26E33PQJF1W1"],"inExchangeFor":["01K38TCSG0D83FFH9B8VC8WDMT"],"notPartOf":["01K38TCSG0NJNE26E33PQJF1W1"],"partOf":["01K38TCSG0NJNE26E33PQJF1W1"],"supersedes":["01K38TCSG0NJNE26E33PQJF1W1"]},"names":{"company:kogas":"KOGAS"},"title":"Korea\'s US$350bn investment package","to":["US"],"topic":"trade/investment"}',
  ],
  ['opened', '{"from":["US"],"title":"U.S. troop presence in Korea","to":[],"topic":"alliance"}'],
  [
    'proposed',
    '{"confidence":"high","due":"2025-08-23","effective":"2025-08-23/..","happened":"2025-08-22~","mode":"expected","note":"No base figure.","resolves":[],"saidBy":[{"actor":"media:news-summary"}],"sources":[{"lang":"en","published":"2025-08-22~","publisher":"News summary","quote":{"exact":"double the number","prefix":"and ","suffix":" of visas","translation":"…"},"sha256":"230a8bcd6dd89171d8e3cfb3e07d81e31f1077ac8266b2996e511c70f436cd72","tier":"secondary"}],"summary":"Visas.","terms":[{"key":"visas","kind":"count","max":"2","min":"2","qualifier":"exact","text":"double the number","unit":"× the current number"}]}',
  ],
  [
    'pledged',
    '{"happened":"2025-07","reported":true,"saidBy":[{"actor":"person:donald-trump","for":"US","name":"Donald Trump","role":"President"},{"actor":"KR"}],"sources":[{"accessed":"2025-08-22T10:00:00+09:00","archivedUrl":"https://web.archive.org/web/2025/https://example.com/","publisher":"KBS World","title":"Pledge","url":"https://example.com/"}],"terms":[{"currency":"USD","deadline":"2028-12","key":"total","kind":"money","max":"350000000000","min":"350000000000","per":"year","period":"2025/2028","qualifier":"exact","text":"3,500억 달러","translation":"US$350 billion"},{"currency":"USD","key":"cash","kind":"money","max":"20000000000","partOf":"total","per":"year","qualifier":"up-to","text":"up to $20 billion"},{"currency":"USD","key":"cap","kind":"money","limits":"total","max":"10","min":"5","notPartOf":"cash","qualifier":"between","text":"5 to 10"}]}',
  ],
  [
    'formalised',
    '{"effective":"2025-08-07","happened":"2025-07-31","instrument":{"binding":"yes","date":"2025-07-31","kind":"executive-order","parties":["US"],"title":"Executive order modifying reciprocal tariff rates"},"saidBy":[{"actor":"US"}],"sources":[{"publisher":"Federal Register","url":"https://example.com/eo"}],"terms":[{"from":"25","key":"rate","kind":"tariff","on":"Korean goods","qualifier":"exact","text":"15 percent","to":"15"},{"key":"share","kind":"percent","max":"3.5","min":"3.5","of":"GDP (KR)","qualifier":"about","text":"about 3.5 %"}]}',
  ],
  [
    'disputed',
    '{"about":{"announcement":"01K38TCSG0E13T5MGP7VBN82TM","term":"total"},"ground":"reading","happened":"2025-07-30/2025-08-06","joins":"01K3BCSHF8RYXSD95H0RR89BJZ","readings":[{"by":{"actor":"person:howard-lutnick","name":"Howard Lutnick","role":"commerce secretary"},"party":"US","source":{"publisher":"CNBC","url":"https://example.com/cnbc"},"text":"owned and controlled by the United States"},{"party":"office:kr-mofa","text":"mostly loans"}],"saidBy":[{"actor":"US"}],"sources":[{"publisher":"CNBC","url":"https://example.com/cnbc"}]}',
  ],
  [
    'fulfilled',
    '{"extent":"partial","happened":"2025-09-30","saidBy":[{"actor":"court:icj"},{"actor":"parliament:kr"},{"actor":"party:ppp"}],"sources":[{"publisher":"Jiji","url":"https://example.com/jiji"}]}',
  ],
  [
    'observed',
    '{"happened":"../2025-08-22","saidBy":[{"actor":"office:kr-mnd","for":"KR"}],"sources":[{"publisher":"MND","sha256":"230A8BCD6DD89171D8E3CFB3E07D81E31F1077AC8266B2996E511C70F436CD72"}],"terms":[{"key":"plan","kind":"stages","stages":["freeze","reduce","dismantle"],"text":"three-stage plan"}]}',
  ],
  [
    'amended',
    '{"happened":"2025-11-14","removes":["cash"],"saidBy":[{"actor":"group:negotiators"},{"actor":"org:wto"}],"sources":[{"publisher":"White House","url":"https://example.com/wh"}],"terms":[{"key":"form","kind":"text","text":"memorandum"}]}',
  ],
  [
    'reaffirmed',
    '{"happened":"2025-08-25T12:00:00-04:00","saidBy":[{"actor":"company:boeing"}],"sources":[{"publisher":"Particle","url":"https://example.com/p"}],"terms":[]}',
  ],
  [
    'ended',
    '{"happened":"2025","reason":"superseded","saidBy":[{"actor":"US"}],"sources":[{"publisher":"State","quote":{"exact":"is replaced"}}],"successor":"01K38TCSG0D83FFH9B8VC8WDMT"}',
  ],
  [
    'corrected',
    '{"changes":{"happened":"2025-07-30","instrument":null},"confidence":"low","corrects":"01K38TCSG0P2XH91GGNV45049P","mode":"refine","note":"Seen later.","reason":"Date of the post.","sources":[{"publisher":"Truth Social","url":"https://example.com/t"}]}',
  ],
  [
    'corrected',
    '{"corrects":"01K38TCSG0P2XH91GGNV45049P","mode":"retract","reason":"Never said.","sources":[{"publisher":"Truth Social","url":"https://example.com/t"}]}',
  ],
  [
    'pledged',
    '{"happened":"2025-07-01","instrument":{"binding":"no","date":"2025-07-01","document":"joint-fact-sheet","kind":"fact-sheet","title":"Joint fact sheet"},"meets":["ratified"],"reported":true,"saidBy":[{"actor":"state:kosovo"}],"sources":[{"publisher":"The desk","tier":"memory"}],"terms":[{"baseline":{"change":"increase","max":"10","min":"10","period":"2024","qualifier":"exact","text":"above 2024"},"currency":"EUR","each":true,"effective":"2026-01-01","key":"aid","kind":"money","max":"5","min":"5","modality":"intends","owedBy":["FR","state:kosovo"],"per":"month","qualifier":"exact","role":"promise","text":"5 more"},{"key":"aid-dollars","kind":"count","max":"6","min":"6","per":"day","qualifier":"about","role":"reference","sameAs":"aid","text":"6","unit":"barrels"},{"baseline":{"change":"decrease","text":"below 1990"},"key":"cut","kind":"percent","max":"55","min":"55","of":"emissions","partOf":"aid","partition":"by-year","per":"year","qualifier":"exact","text":"55 %"},{"key":"ratified","kind":"condition","text":"once ratified","unless":true}]}',
  ],
  [
    'formalised',
    '{"happened":"2025-07-31","instrument":{"binding":"yes","date":"2025-07-31","kind":"agreement","title":"Deal"},"saidBy":[{"actor":"US"}],"sources":[{"publisher":"FR","url":"https://example.com/eo"}],"terms":[{"key":"cars","kind":"tariff","mfn":"included","on":"cars","qualifier":"at-least","text":"15","to":"15","unit":"EUR per tonne"},{"key":"steel","kind":"tariff","max":"50","mfn":"added","min":"25","on":"steel","qualifier":"between","text":"25 to 50"},{"key":"planes","kind":"tariff","mfn":"alone","on":"planes","text":"MFN"}]}',
  ],
  [
    'fulfilled',
    '{"extent":"partial","happened":"2025-09-30","performs":[{"by":["FR"],"extent":"full","key":"aid"}],"reported":true,"saidBy":[{"actor":"state:ussr"}],"sources":[{"publisher":"Jiji","url":"https://example.com/jiji"}],"terms":[{"counts":"increment","currency":"EUR","delivers":"aid","key":"tranche","kind":"money","max":"3","min":"3","owedBy":["FR"],"qualifier":"exact","text":"3"}]}',
  ],
  [
    'disputed',
    '{"about":{"announcement":"01K38TCSG0E13T5MGP7VBN82TM"},"ground":"reading","happened":"2025-08-01","readings":[{"party":"KR","text":"대부분 대출","translation":"mostly loans"}],"saidBy":[{"actor":"KR"}],"sources":[{"publisher":"Yonhap","url":"https://example.com/yna"}]}',
  ],
  [
    'amended',
    '{"happened":"2025-11-14","removes":["cash"],"reported":true,"saidBy":[{"actor":"KR"}],"sources":[{"publisher":"White House","url":"https://example.com/wh"}]}',
  ],
  [
    'reaffirmed',
    '{"effective":"2026-01-01","happened":"2025-08-25","reported":true,"saidBy":[{"actor":"KR"}],"sources":[{"publisher":"Particle","url":"https://example.com/p"}]}',
  ],
  [
    'suspended',
    '{"happened":"2025-03-01","keys":["rate"],"parties":["CN"],"reported":true,"saidBy":[{"actor":"US"}],"sources":[{"publisher":"FR","url":"https://example.com/s"}],"until":"2025-08-12"}',
  ],
  [
    'resumed',
    '{"happened":"2025-04-01","reported":true,"resumes":["01K38TCSG0E13T5MGP7VBN82TM"],"saidBy":[{"actor":"US"}],"sources":[{"publisher":"FR","url":"https://example.com/r"}]}',
  ],
  [
    'joined',
    '{"as":"obligor","happened":"2023-04-04","parties":["FI"],"reported":true,"saidBy":[{"actor":"FI"}],"sources":[{"publisher":"NATO","url":"https://example.com/j"}]}',
  ],
  [
    'left',
    '{"happened":"1991-12-26","parties":["state:ussr"],"reason":"dissolved","reported":true,"saidBy":[{"actor":"RU"}],"sources":[{"publisher":"TASS","url":"https://example.com/l"}],"successor":"RU"}',
  ],
  [
    'left',
    '{"happened":"2025-06-22","keys":["core"],"parties":["ES"],"reason":"exempted","saidBy":[{"actor":"ES"}],"sources":[{"publisher":"La Moncloa","url":"https://example.com/e"}]}',
  ],
  [
    'ended',
    '{"happened":"2025","reason":"expired","reported":true,"saidBy":[{"actor":"US"}],"sources":[{"publisher":"State","url":"https://example.com/n"}]}',
  ],
];

const types = ledgerEvent.options.map((option) => option.shape.type.value);

test('every event type has a frozen example', () => {
  expect(new Set(examples.map(([type]) => type))).toEqual(new Set(types));
});

describe.each(examples)('a stored %s', (type, text) => {
  const data = JSON.parse(text) as Record<string, unknown>;

  test('is read, and kept as it is', () => {
    const event = parseEvent(type, data);
    expect(event).toEqual({ type, data });
    expect('data' in event && canonicalJson(event.data)).toBe(text);
  });

  test('is refused with an unknown field, which is named', () => {
    expect(parseEvent(type, { ...data, 'colour/~': 'red' })).toEqual({
      reason: 'invalid',
      problems: [{ pointer: '/colour~1~0', detail: 'expected a field of the contract, found "colour/~"' }],
    });
  });

  test('is refused with an unknown field in any object inside it', () => {
    for (const { pointer, copy, inner } of objectsInside(data)) {
      if (pointer === '/names' || pointer === '/changes') continue;
      inner['colour'] = 'red';
      expect(parseEvent(type, copy)).toMatchObject({ reason: 'invalid', problems: [{ pointer: `${pointer}/colour` }] });
    }
  });

  test('is refused when a field that is not optional is missing or null', () => {
    for (const field of Object.keys(data)) {
      const without = parseEvent(type, Object.fromEntries(Object.entries(data).filter(([name]) => name !== field)));
      const pointers = 'reason' in without ? without.problems.map(({ pointer }) => pointer) : [];
      expect(pointers.filter((pointer) => pointer !== '' && pointer !== `/${field}`)).toEqual([]);
      expect(parseEvent(type, { ...data, [field]: null })).toMatchObject({
        reason: 'invalid',
        problems: [{ pointer: `/${field}` }],
      });
    }
  });
});

/** A copy of the data for each object inside it, and that object in the copy. */
function* objectsInside(
  data: object,
): Generator<{ pointer: string; copy: Record<string, unknown>; inner: Record<string, unknown> }> {
  const pointers = (value: unknown, pointer: string): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    const own = Array.isArray(value) ? [] : [pointer];
    return [...own, ...Object.entries(value).flatMap(([name, inner]) => pointers(inner, `${pointer}/${name}`))];
  };
  for (const pointer of pointers(data, '')) {
    const copy = structuredClone(data) as Record<string, unknown>;
    const inner = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], copy);
    yield { pointer, copy, inner: inner as Record<string, unknown> };
  }
}
