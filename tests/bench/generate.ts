import { formatDay } from '../../domain/dates.ts';
import { canonicalJson } from '../../domain/json.ts';
import { exportLine, type RecordedEvent } from '../../src/store/log.ts';

/**
 * Ledgers as they grow on a desk, of any length up to about two million events: the same seed gives the same events, and a
 * shorter ledger is the beginning of a longer one. What is made here breaks no rule; tests/generate.test.ts holds it to that.
 */
export type GenerateOptions = {
  readonly seed: number;
  readonly events: number;
  /** The topic of the n-th commitment; by default every view has its share. */
  readonly topicOf?: (n: number) => string;
  /** How many events the n-th commitment has, at least 2; undefined, and by default: mostly few, seldom many, never more than 40. */
  readonly lengthOf?: (n: number) => number | undefined;
  /**
   * How many commitments make a circle, at most `atOnce`: each is part of the next one, and the last of the first. By default a few
   * name one that was opened before, and none make a circle.
   */
  readonly circle?: number;
};

export const generatedLedger = '/ledgers/generated';

/** Commitments that are under way at the same time: all are brought to their end before the next ones are opened. */
export const atOnce = 100;

const dayMs = 86_400_000;
const start = Date.parse('1990-01-01T08:00:00Z');

const topics = ['alliance/cost-sharing', 'trade/tariffs', 'north-korea/denuclearisation', 'japan/summitry', 'climate/finance'];
const parties = ['KR', 'US', 'JP', 'PH', 'AU', 'DE', 'org:eu', 'company:kogas'];
const countries = ['KR', 'US', 'JP', 'PH', 'AU', 'DE'];
const titles = [
  'Investment in shipbuilding',
  '방위비 분담',
  '日韓シャトル外交',
  'Denuclearisation in stages',
  'Tariffs on motor cars',
];
const quotes = [
  'We will provide it by the end of the year, in full and without condition.',
  '한국은 3천5백억 달러를 투자하기로 약속했다.',
  '両首脳はシャトル外交を再開することで一致した。',
  'The two sides “agreed in principle” — nothing has been signed.',
  '정부는 합의된 바 없다고 거듭 밝혔다.',
];
const publishers = ['Yonhap', '한겨레', '朝日新聞', 'The Manila Example', 'Federal Register'];

export function* generate(options: GenerateOptions) {
  const { seed, events, topicOf = (n) => topics[n % topics.length] ?? '', lengthOf = () => undefined, circle } = options;
  const random = randomOf(seed);
  let time = start;
  let sequence = 0;
  let count = 0;
  let before: string[] = [];
  while (true) {
    const open: ReturnType<typeof story>[] = [];
    for (let place = 0; place < atOnce; place++, count++) {
      const id = random.id(time);
      const length = lengthOf(count) ?? 2 + Math.floor(39 * random.fraction() ** 4);
      const opened = { topic: topicOf(count), sameTopic: before[place], length };
      open.push(story(random, id, { ...opened, next: () => (circle ? ids[nextInCircle(place, circle)] : undefined) }));
    }
    const ids = open.map((one) => one.id);
    before = ids;
    while (open.length > 0) {
      const index = random.below(open.length);
      const stream = open[index];
      if (!stream || sequence === events) return;
      time += random.below(960_000);
      const id = random.id(time);
      const { type, data } = stream.next(id, time);
      sequence++;
      const event: RecordedEvent = {
        id,
        type,
        data: canonicalJson(data),
        time,
        recordedBy: 'desk',
        sequence,
        stream: stream.id,
        revision: stream.made - 1,
      };
      yield event;
      if (stream.made === stream.length) open.splice(index, 1);
    }
  }
}

function nextInCircle(place: number, circle: number): number {
  const first = place - (place % circle);
  return first + ((place + 1 - first) % Math.min(circle, atOnce - first));
}

/** The same as the interchange's lines, each with its line feed, in chunks as a file gives them. */
export async function* generateLines(options: GenerateOptions): AsyncGenerator<Uint8Array> {
  let lines: string[] = [];
  for (const event of generate(options)) {
    lines.push(`${exportLine(generatedLedger, event)}\n`);
    if (lines.length === 200) {
      yield Buffer.from(lines.join(''));
      lines = [];
    }
  }
  yield Buffer.from(lines.join(''));
}

type Opened = {
  readonly topic: string;
  readonly sameTopic: string | undefined;
  readonly length: number;
  /** The one of which it is a part, in a circle. */
  readonly next: () => string | undefined;
};

/** A longer commitment stays under way: it is fulfilled in part only, and nothing of it is found late. */
const maxShort = 40;

type Made = { readonly type: string; readonly data: Record<string, unknown> };

/** One commitment's events, from its opening on. It keeps what it needs to know which announcement may come next. */
function story(random: Random, id: string, { topic, sameTopic, length, next }: Opened) {
  const [from, to] = random.twoOf(countries);
  let stage: 'none' | 'proposed' | 'pledged' | 'formalised' | 'fulfilled' | 'ended' = 'none';
  let openedId = '';
  let total = 0;
  let wording = 0;
  let pledge = '';
  let dispute: string | undefined;
  let retractable: string | undefined;
  let now = '';
  const isLong = length > maxShort;

  const speakers = (): object[] => [
    { actor: from, name: random.of(['Ministry of Foreign Affairs', '외교부', '外務省']) },
    ...(random.oneIn(4) ? [{ actor: `office:${to.toLowerCase()}-mofa`, for: to, role: 'spokesperson' }] : []),
  ];
  const sources = (): object[] => [
    {
      publisher: random.of(publishers),
      url: `https://news.example/${now}/${random.below(1e9)}`,
      published: now,
      quote: { exact: random.of(quotes), ...(random.oneIn(5) && { translation: 'Agreed in principle.' }) },
    },
  ];
  const said = (more: object = {}): Record<string, unknown> => ({
    happened: now,
    saidBy: speakers(),
    sources: sources(),
    ...more,
    ...(random.oneIn(3) && { summary: random.of(quotes), confidence: random.of(['high', 'medium', 'low']) }),
  });
  const late = (more: object = {}): Record<string, unknown> => {
    const day = formatDay(Math.floor(Date.parse(now) / dayMs) - 1 - random.below(400));
    return { ...said(more), happened: random.of([day, `${day}~`, day.slice(0, 7), `../${day}`]) };
  };
  const figure = (amount: number): object => ({
    min: String(amount),
    max: String(amount),
    qualifier: 'exact',
    currency: 'USD',
  });
  const whole = (): object => ({
    key: 'total',
    kind: 'money',
    ...figure(total),
    text: `$${total} (${random.of(quotes).slice(0, 12)} ${wording})`,
  });
  const part = (): object => ({
    key: 'loans',
    kind: 'money',
    ...figure(Math.floor(total / 2)),
    partOf: 'total',
    text: 'half of it in loans',
  });
  const others = (): object[] => [
    { key: 'rate', kind: 'tariff', to: String(random.below(40)), from: '25', on: 'motor cars', text: '자동차 관세' },
    { key: 'steps', kind: 'stages', stages: ['freeze', 'reduce', 'dismantle'], text: '동결, 감축, 폐기' },
    { key: 'share', kind: 'percent', qualifier: 'up-to', max: '3.5', of: 'GDP', text: '国内総生産の3.5%まで' },
    {
      key: 'ships',
      kind: 'count',
      qualifier: 'about',
      min: '5',
      max: '5',
      unit: 'vessels',
      text: '約5隻',
      deadline: '2027-03',
    },
  ];
  const terms = (): object[] => [whole(), part(), ...(random.oneIn(2) ? [random.of(others())] : [])];
  const instrument = (): object => {
    return { kind: 'agreement', title: random.of(titles), date: now, parties: [from, to], binding: random.of(['yes', 'no']) };
  };

  const propose = (): Made => {
    if (stage === 'none') stage = 'proposed';
    total = 1_000_000 * (1 + random.below(350_000));
    return {
      type: 'proposed',
      data: said({ mode: random.of(['demand', 'request', 'plan', 'claim', 'expected']), terms: [whole()] }),
    };
  };
  const promise = (id: string): Made => {
    stage = 'pledged';
    pledge = id;
    total = 1_000_000 * (1 + random.below(350_000));
    return { type: 'pledged', data: said({ terms: terms() }) };
  };
  const formalise = (): Made => {
    stage = 'formalised';
    return { type: 'formalised', data: said({ instrument: instrument(), terms: [whole()], effective: now }) };
  };
  const contest = (id: string): Made => {
    const readings = [from, to].map((party) => ({ party, text: random.of(quotes) }));
    const joins = dispute === undefined ? {} : { joins: dispute };
    dispute ??= id;
    const about = { announcement: pledge, term: 'total' };
    return {
      type: 'disputed',
      data: said({ ground: random.of(['reading', 'figures', 'performance']), about, readings, ...joins }),
    };
  };
  const settle = (): Made => {
    const resolves = dispute === undefined ? {} : { resolves: [dispute] };
    dispute = undefined;
    return { type: 'observed', data: said({ ...resolves, note: random.of(quotes) }) };
  };
  const find = (id: string): Made => {
    if (isLong) return settle();
    if (random.oneIn(3)) return { type: 'proposed', data: late({ mode: 'claim', terms: [whole()] }) };
    retractable = id;
    return { type: 'observed', data: late(random.oneIn(2) ? { terms: [whole()] } : {}) };
  };
  const correct = (): Made => {
    const because = { reason: random.of(['misread', '오역', 'a better source']), sources: sources() };
    if (retractable !== undefined && random.oneIn(2)) {
      const data = { corrects: retractable, mode: 'retract', ...because };
      retractable = undefined;
      return { type: 'corrected', data };
    }
    const mode = random.of(['refine', 'replace']);
    if (pledge === '' || random.oneIn(4)) {
      return { type: 'corrected', data: { corrects: openedId, mode, changes: { title: random.of(titles) }, ...because } };
    }
    const changes = random.of([
      { summary: random.of(quotes) },
      { note: null, confidence: 'high' },
      { saidBy: [{ actor: from }] },
    ]);
    return { type: 'corrected', data: { corrects: pledge, mode, changes, ...because } };
  };
  const amend = (): Made => {
    total += 1_000_000;
    return { type: 'amended', data: said({ terms: [whole()] }) };
  };
  const reaffirm = (): Made => {
    wording++;
    return { type: 'reaffirmed', data: said(random.oneIn(2) ? { terms: [whole()] } : {}) };
  };
  const fulfil = (): Made => {
    if (random.oneIn(3) && !isLong) stage = 'fulfilled';
    const extent = stage === 'fulfilled' ? 'full' : 'partial';
    return {
      type: 'fulfilled',
      data: said({
        extent,
        terms: [{ key: 'delivered', kind: 'money', ...figure(total), counts: 'cumulative', text: '이행' }],
      }),
    };
  };
  const end = (): Made => {
    stage = 'ended';
    return { type: 'ended', data: said({ reason: random.of(['withdrawn', 'expired', 'breached']) }) };
  };

  const nexts = {
    none: [propose, propose, promise],
    proposed: [propose, promise, promise, find, settle, correct],
    pledged: [formalise, amend, reaffirm, fulfil, contest, settle, find, correct],
    formalised: [formalise, amend, reaffirm, fulfil, contest, settle, find, correct],
    fulfilled: [reaffirm, contest, settle, find, correct, correct, end],
    ended: [settle, find, correct],
  };
  const self = {
    id,
    length,
    made: 0,
    next(eventId: string, time: number): Made {
      now = formatDay(Math.floor(time / dayMs));
      self.made++;
      if (self.made > 1) return random.of<(id: string) => Made>(nexts[stage])(eventId);
      openedId = eventId;
      const isLinked = sameTopic !== undefined && random.oneIn(8);
      const linked = isLinked && { [random.of(['partOf', 'dependsOn', 'contains'])]: [sameTopic] };
      const whole = next();
      const links = whole ? { partOf: [whole] } : linked;
      const isNamed = random.oneIn(2);
      const beneficiaries = random.oneIn(6) ? [to, random.of(parties.slice(6))] : [to];
      // A country has a name of its own, which no commitment changes.
      const named = [from, ...beneficiaries].find((party) => party.includes(':'));
      const names = isNamed && named !== undefined && { names: { [named]: 'the named party' } };
      const data = { title: `${random.of(titles)} ${id.slice(-4)}`, topic, from: [from], to: beneficiaries };
      return { type: 'opened', data: { ...data, ...(links && { links }), ...names } };
    },
  };
  return self;
}

type Random = ReturnType<typeof randomOf>;

/** Mulberry32 (public domain, Tommy Ettinger), and the few draws that a story is made of. */
function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  const of = <T>(list: readonly T[]): T => {
    const one = list[below(list.length)];
    if (one === undefined) throw new Error('expected something to choose from, found nothing');
    return one;
  };
  const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const fiveBits = (bits: number, digits: number): string => {
    let text = '';
    for (let digit = digits - 1; digit >= 0; digit--) text += crockford[Math.floor(bits / 32 ** digit) % 32];
    return text;
  };
  return {
    below,
    of,
    fraction: () => next() / 2 ** 32,
    oneIn: (n: number) => below(n) === 0,
    twoOf(list: readonly string[]): [string, string] {
      const first = of(list);
      return [first, of(list.filter((one) => one !== first))];
    },
    /** A ULID of that time. */
    id: (time: number) => fiveBits(time, 10) + fiveBits(next(), 6) + fiveBits(next(), 6) + fiveBits(next(), 4),
  };
}
