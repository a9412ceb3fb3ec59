import { expect, test } from 'vitest';
import { lostIn } from './helpers/clicks.ts';
import { deskOf } from './helpers/desk.ts';
import { withoutMarks } from '../src/wording/direction.ts';
import { faultsOf, parsed } from './helpers/html.ts';

/** What two desks asked of a ledger, each by one address and one command that say the same, over the sample of the second desk. */

const desk = deskOf('/ledgers/second-desk', ['src/data/second-desk.ndjson']);

type Answer = Record<string, never> & { commitments: never[] };
const contains = (text: string) => expect.stringContaining(text) as unknown;
const some = (...all: unknown[]) =>
  expect.arrayContaining(all.map((one) => expect.objectContaining(one as object) as unknown)) as unknown;

/** A question, its address, its command, and what its answer must hold. */
const questions: [question: string, address: string, args: string[], holds: unknown][] = [
  [
    'What did the EU promise the United States?',
    '/views/all?from=org:eu&to=US',
    ['view', 'all', '--from', 'org:eu', '--to', 'US'],
    { lines: some({ from: ['org:eu'] }) },
  ],
  [
    'And the United States the EU?',
    '/views/all?from=US&to=org:eu',
    ['view', 'all', '--from', 'US', '--to', 'org:eu'],
    { lines: some({ from: ['US'] }) },
  ],
  [
    'Which of it is binding?',
    '/commitments?party=org:eu&binding=yes',
    ['list', '--party', 'org:eu', '--binding', 'yes'],
    { commitments: some({ instrument: expect.objectContaining({ binding: 'yes' }) as unknown }) },
  ],
  [
    'What was delivered of it, in per cent?',
    '/views/all?q=phase+one&performance=partial,none,full',
    ['view', 'all', '--q', 'phase one', '--performance', 'partial,none,full'],
    {
      lines: some({
        figures: some({
          performance: expect.objectContaining({
            share: expect.objectContaining({ min: expect.any(String) as unknown }) as unknown,
          }) as unknown,
        }),
      }),
    },
  ],
  [
    'What is in force, since when, by which act?',
    '/views/all?topic=trade/tariff&asOf=2025-12-31',
    ['view', 'all', '--topic', 'trade/tariff', '--as-of', '2025-12-31'],
    {
      tariffs: some({
        inForce: expect.any(String) as unknown,
        since: expect.any(String) as unknown,
        basis: expect.any(String) as unknown,
      }),
    },
  ],
  [
    'Who is exempt from the 5 per cent, and which allies have committed?',
    '/documents/nato-the-hague-2025',
    ['documents', 'nato-the-hague-2025'],
    { commitments: some({ bound: some({ party: 'ES', exemptFrom: expect.any(Array) as unknown }, { party: 'DE' }) }) },
  ],
  [
    'What ends in the next 90 days?',
    '/due?asOf=2026-06-30&to=2026-09-28',
    ['due', '--as-of', '2026-06-30', '--to', '2026-09-28'],
    { from: '2026-06-30', to: '2026-09-28', count: expect.any(Number) as unknown },
  ],
  [
    'What ran out?',
    '/commitments?warning=ran-out',
    ['list', '--warning', 'ran-out'],
    { commitments: some({ warnings: some({ warning: 'ran-out' }) }) },
  ],
  [
    'Which promises were broken, withdrawn, annulled or expired, and who said so?',
    '/commitments?reason=withdrawn,breached,annulled,expired',
    ['list', '--reason', 'withdrawn,breached,annulled,expired'],
    { commitments: some({ ended: expect.objectContaining({ saidBy: some({ actor: 'court:us-supreme-court' }) }) as unknown }) },
  ],
  [
    'Who disputes what?',
    '/commitments?contested=true',
    ['list', '--contested'],
    { commitments: some({ contested: some({ readings: some({ party: expect.any(String) as unknown }) }) }) },
  ],
  [
    'What does PIIE say and dispute?',
    '/parties/org:piie',
    ['parties', 'org:piie'],
    { said: some({ title: expect.any(String) as unknown }) },
  ],
  [
    'Where does Lutnick speak?',
    '/parties/person:howard-lutnick',
    ['parties', 'person:howard-lutnick'],
    { name: 'Howard Lutnick', said: some({ type: expect.any(String) as unknown }) },
  ],
  [
    'What was known on the day of the vote?',
    '/commitments?party=org:eu&asOf=2025-11-26&knownAt=2025-11-26',
    ['list', '--party', 'org:eu', '--as-of', '2025-11-26', '--known-at', '2025-11-26'],
    { cut: expect.objectContaining({ asOf: '2025-11-26' }) as unknown },
  ],
  [
    'And what did the record not yet know?',
    '/changes?from=2025-11-26&asOf=2025-11-26',
    ['changes', '--from', '2025-11-26', '--as-of', '2025-11-26'],
    {
      from: expect.objectContaining({ asOf: '2025-11-26' }) as unknown,
      commitments: some({ title: expect.any(String) as unknown }),
    },
  ],
  [
    'Who had joined the 2 per cent by 7 March 2024?',
    '/commitments?party=SE&asOf=2024-03-07',
    ['list', '--party', 'SE', '--as-of', '2024-03-07'],
    { commitments: some({ bound: some({ party: 'SE' }) }) },
  ],
  [
    'All that was announced by the Joint Statement of 21 August 2025',
    '/documents/eu-us-joint-statement-2025',
    ['documents', 'eu-us-joint-statement-2025'],
    {
      announcements: some({ title: expect.any(String) as unknown }),
      instruments: some({ title: contains('Joint Statement') }),
    },
  ],
  [
    'What changed since the last report?',
    '/changes?from=100',
    ['changes', '--from', '100'],
    { commitments: some({ title: expect.any(String) as unknown }) },
  ],
  ['What does Germany owe?', '/parties/DE', ['parties', 'DE'], { owes: some({ stage: expect.any(String) as unknown }) }],
  [
    'Everything about climate finance, in one view',
    '/views/all?topic=climate/finance',
    ['view', 'all', '--topic', 'climate/finance'],
    { lines: [expect.objectContaining({ topic: 'climate/finance' })] },
  ],
  [
    'Pledged, signed and paid to the goal, by donor',
    '/views/all?topic=climate',
    ['view', 'all', '--topic', 'climate'],
    { payments: expect.any(Array) as unknown, totals: expect.any(Array) as unknown },
  ],
  ['Who is there?', '/parties', ['parties'], { parties: some({ party: 'US', name: 'United States' }) }],
  [
    'Which documents are there?',
    '/documents',
    ['documents'],
    { documents: some({ document: 'eo-14326', commitments: expect.any(Number) as unknown }) },
  ],
];

test.each(questions)(
  '%s',
  async (_, address, args, holds) => {
    const response = await desk.app.request(address);
    const answer = (await response.json()) as Answer;
    expect([response.status, answer]).toEqual([200, expect.objectContaining(holds as object)]);
    expect(JSON.parse(await desk.ledger([...args, '--json']))).toEqual(answer);
    expect((await desk.ledger(args)).length).toBeGreaterThan(40);
    const page = await desk.app.request(address, { headers: { Accept: 'text/html' } });
    expect([page.status, faultsOf(parsed(await page.text()))]).toEqual([200, []]);
  },
  60_000,
);

test('a calendar program takes what is due: whole lines, folded, each event with a stable name and a day', async () => {
  const ask = async (query: string) => {
    const response = await desk.app.request(`/due?from=2020-01-01${query}`, { headers: { Accept: 'text/calendar' } });
    expect(response.headers.get('Content-Type')).toBe('text/calendar; charset=utf-8');
    return response.text();
  };
  const text = await ask('');
  expect(text.startsWith('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:')).toBe(true);
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  for (const line of text.split('\r\n')) expect([line, Buffer.byteLength(line) <= 75]).toEqual([line, true]);
  const unfolded = text.replaceAll('\r\n ', '');
  const events = unfolded.split('BEGIN:VEVENT\r\n').slice(1);
  const { count } = (await (await desk.app.request('/due?from=2020-01-01&limit=1')).json()) as { count: number };
  expect(events.length).toBe(count);
  for (const event of events) {
    expect(event).toMatch(
      /^UID:[^\r\n]+\r\nDTSTAMP:\d{8}T\d{6}Z\r\nDTSTART;VALUE=DATE:\d{8}\r\nDTEND;VALUE=DATE:\d{8}\r\nSUMMARY:/,
    );
  }
  const uids = events.map((event) => /^UID:(.+)\r$/m.exec(event)?.[1]);
  expect(new Set(uids).size).toBe(uids.length);
  const later = (await ask('&size=124')).replaceAll('\r\n ', '');
  expect([...later.matchAll(/^UID:(.+)\r$/gm)].map(([, uid]) => uid)).toEqual(uids);
});

test('the days of a calendar come in pages of one cut', async () => {
  const first = await desk.app.request('/due?from=2014-01-01&limit=5');
  const page = (await first.json()) as { count: number; due: { day: string }[] };
  const next = /<(.+)>; rel="next"/.exec(first.headers.get('Link') ?? '')?.[1] ?? '';
  const second = (await (await desk.app.request(next)).json()) as typeof page;
  expect([page.due.length, second.count]).toEqual([5, page.count]);
  expect((page.due.at(-1)?.day ?? '') <= (second.due[0]?.day ?? '')).toBe(true);
});

test('who occurs nowhere, and a document that nothing shares, are not found', async () => {
  for (const address of [
    '/parties/org:nobody',
    '/documents/no-such-document',
    '/parties/Germany',
    '/due?from=soon',
    '/due?to=DE',
  ]) {
    expect([address, (await desk.app.request(address)).status >= 400]).toEqual([address, true]);
  }
});

const browser = { headers: { Accept: 'text/html' } };

test('a filter typed wrongly stays in its form, with the choices', async () => {
  const response = await desk.app.request('/commitments?party=Korea&stage=pledged', browser);
  const text = await response.text();
  expect([response.status, faultsOf(parsed(text))]).toEqual([400, []]);
  expect(text).toContain('value="Korea"');
  expect(text).toContain('<option value="pledged" selected>');
  for (const [code, name] of [
    ['KR', 'South Korea'],
    ['KP', 'North Korea'],
  ] as const) {
    expect(text).toContain(`party=${code}`);
    expect(text).toContain(`party: ${name}`);
  }
});

test('every page has a search box that keeps the cut, and a list shows leading figures, its count and filters to take away', async () => {
  for (const path of ['/', '/parties', '/due', '/documents', '/views/all', '/changes']) {
    const text = await (await desk.app.request(`${path}?asOf=2026-06-30`, browser)).text();
    expect([path, /<form class="search"[^>]*action="\/commitments"/.test(text)]).toEqual([path, true]);
    expect(text).toContain('<input type="hidden" name="asOf" value="2026-06-30">');
  }
  const list = await (await desk.app.request('/commitments?party=org:eu&stage=formalised', browser)).text();
  expect(list).toContain('Ten, in order of opening.');
  expect(list).toContain('about US$750 billion');
  expect(list).toContain('href="/commitments?stage=formalised">Party: <bdi>European Union</bdi>');
  const { commitments } = (await (await desk.app.request('/commitments?q=energy+750')).json()) as {
    commitments: { figure: object }[];
  };
  expect(commitments[0]?.figure).toMatchObject({ kind: 'money', max: '750000000000' });
});

test('the page of a list leads with the figure that its JSON names, not with what was delivered of it', async () => {
  const asked = '/commitments?from=CN&stage=ended';
  const { commitments } = (await (await desk.app.request(asked)).json()) as { commitments: { figure: object }[] };
  expect(commitments.map(({ figure }) => figure)).toMatchObject([{ key: 'total', status: 'formalised', min: '200000000000' }]);
  const text = await (await desk.app.request(asked, browser)).text();
  expect(text).toMatch(/US\$200 billion[^<]*<\/bdi><\/a> <span class="meta">formalised/);
  expect(text).not.toContain('288.8');
});

test('a commitment shows how to announce what came next and how to correct the record before anything else', async () => {
  const [first] = ((await (await desk.app.request('/commitments?limit=1')).json()) as { commitments: { id: string }[] })
    .commitments;
  const text = await (await desk.app.request(`/commitments/${first?.id}`, browser)).text();
  const acts = text.indexOf(`href="/record?commitment=${first?.id}">Announce next`);
  expect(acts).toBeGreaterThan(0);
  expect(acts).toBeLessThan(text.indexOf('id="terms"'));
});

test('a row of a calendar names two of thirty-two parties, the one that is asked for first, and the rest opens behind them', async () => {
  const due = await (await desk.app.request('/due', browser)).text();
  const whose = /<summary><bdi>([^<]*)<\/bdi><\/summary><bdi>Albania, Belgium, [^<]*Sweden[^<]*<\/bdi>/.exec(due)?.[1];
  expect(whose).toBe('Albania, Belgium and 30 more');
  expect(await (await desk.app.request('/parties/DE', browser)).text()).toContain(
    '<summary><bdi>Germany, Albania and 30 more</bdi>',
  );
  expect((await desk.ledger(['due'])).replaceAll(/\s+/g, ' ')).toContain('Albania, Belgium and 30 more');
});

test('a limit that cannot be is refused with what was found', async () => {
  for (const limit of ['abc', '0', '501']) {
    const { detail } = (await (await desk.app.request(`/commitments?limit=${limit}`)).json()) as { detail: string };
    expect(detail).toBe(`limit: expected a number from 1 to 500, found "${limit}"`);
  }
});

test('the command of a figure says whether its instrument binds', async () => {
  const figure = await desk.ledger(['figure', '01FTRADEA00000000000000030', 'total']);
  expect(figure).toContain('  not binding: Joint Statement on a Framework');
});

/** A speaker that is no party is found by the search in the header. */
const asClicked = new Map([
  ['/parties/org:piie', '/commitments?q=PIIE'],
  ['/parties/person:howard-lutnick', '/commitments?q=Lutnick'],
]);

test('every question is answered at most two clicks from the first page', async () => {
  expect(
    await lostIn(
      desk.app,
      questions.map(([, address]) => asClicked.get(address) ?? address),
    ),
  ).toEqual([]);
  for (const address of asClicked.values()) {
    expect(((await (await desk.app.request(address)).json()) as Answer).commitments.length).toBeGreaterThan(0);
  }
});

test('the calendar and a party on the terminal name no day that is not known, and say what is owed', async () => {
  for (const args of [['due'], ['parties', 'DE']]) {
    const text = await desk.ledger([...args, '--as-of', '2026-11-28']);
    expect(text).toMatch(/^ *2029 {9}NATO allies: 5 % of GDP/m);
    expect(text).not.toContain('2029-12-31');
  }
  const text = await desk.ledger(['parties', 'DE', '--as-of', '2026-11-28']);
  expect(text).toContain('formalised 5 % of GDP a year, owed by all but Spain');
  expect(text).toContain('32 parties → NATO · not binding');
  expect(await desk.ledger(['documents', 'nato-the-hague-2025'])).toMatch(/^The Hague Summit Declaration$/m);
});

test('no row of parties, documents or views is wider than a terminal of 80 columns, and no title is cut', async () => {
  const columns = Object.getOwnPropertyDescriptor(process.stdout, 'columns');
  Object.defineProperty(process.stdout, 'columns', { value: 80, configurable: true });
  try {
    for (const args of [['parties'], ['documents'], ['view']]) {
      const rows = withoutMarks(await desk.ledger(args)).split('\n');
      expect(rows.filter((row) => row.length > 80)).toEqual([]);
      expect(rows.filter((row) => row.includes('…'))).toEqual([]);
    }
  } finally {
    Object.defineProperty(process.stdout, 'columns', columns ?? { value: undefined, configurable: true });
  }
});
