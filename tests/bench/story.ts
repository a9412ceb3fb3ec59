import { formatDay } from '../../domain/dates.ts';
import type { Random } from './random.ts';
import { laterActs, noneOf } from './laterActs.ts';
import { type Act, countries, type Edition, type Made, parties, publishers, quotes, type Tale, titles } from './tale.ts';

const dayMs = 86_400_000;
type Opened = {
  readonly topic: string;
  readonly sameTopic: string | undefined;
  readonly length: number;
  readonly edition: Edition;
  /** The one of which it is a part, in a circle. */
  readonly next: () => string | undefined;
};

/** A longer commitment stays under way: it is fulfilled in part only, and nothing of it is found late. */
const maxShort = 40;

/** One commitment's events, from its opening on. */
export function story(random: Random, id: string, { topic, sameTopic, length, edition, next }: Opened) {
  const [from, to] = random.twoOf(countries);
  const tale: Tale = {
    from,
    to,
    isLong: length > maxShort,
    now: '',
    stage: 'none',
    total: 0,
    pledge: '',
    dispute: undefined,
    retractable: undefined,
    others: [],
    silent: [],
  };
  let openedId = '';
  let wording = 0;

  const later =
    edition === 'first'
      ? noneOf(tale)
      : laterActs(tale, { random, said: (more) => said(more), figure: (amount) => figure(amount), whole: () => whole() });
  const speakers = (): object[] => [
    { actor: from, name: random.of(['Ministry of Foreign Affairs', '외교부', '外務省']) },
    ...(random.oneIn(4) ? [{ actor: `office:${to.toLowerCase()}-mofa`, for: to, role: 'spokesperson' }] : []),
    ...tale.others.filter((party) => !tale.silent.includes(party)).map((actor) => ({ actor })),
  ];
  const sources = (): object[] => [
    {
      publisher: random.of(publishers),
      url: `https://news.example/${tale.now}/${random.below(1e9)}`,
      published: tale.now,
      quote: { exact: random.of(quotes), ...(random.oneIn(5) && { translation: 'Agreed in principle.' }) },
    },
  ];
  const said = (more: object = {}): Record<string, unknown> => ({
    happened: tale.now,
    saidBy: speakers(),
    sources: sources(),
    ...more,
    ...(random.oneIn(3) && { summary: random.of(quotes), confidence: random.of(['high', 'medium', 'low']) }),
  });
  const late = (more: object = {}): Record<string, unknown> => {
    const day = formatDay(Math.floor(Date.parse(tale.now) / dayMs) - 1 - random.below(400));
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
    ...figure(tale.total),
    text: `$${tale.total} (${random.of(quotes).slice(0, 12)} ${wording})`,
  });
  const part = (): object => ({
    key: 'loans',
    kind: 'money',
    ...figure(Math.floor(tale.total / 2)),
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
  const terms = (): object[] => [whole(), part(), ...(random.oneIn(2) ? [random.of(others())] : []), ...later.terms()];
  const instrument = (): object => {
    return {
      kind: 'agreement',
      title: random.of(titles),
      date: tale.now,
      parties: [from, ...tale.others, to],
      binding: random.of(['yes', 'no']),
    };
  };

  const propose = (): Made => {
    if (tale.stage === 'none') tale.stage = 'proposed';
    tale.total = 1_000_000 * (1 + random.below(350_000));
    return {
      type: 'proposed',
      data: said({ mode: random.of(['demand', 'request', 'plan', 'claim', 'expected']), terms: [whole()] }),
    };
  };
  const promise = (id: string): Made => {
    tale.stage = 'pledged';
    tale.pledge = id;
    tale.silent = tale.others.filter(() => random.oneIn(3));
    tale.total = 1_000_000 * (1 + random.below(350_000));
    return { type: 'pledged', data: said({ terms: terms() }) };
  };
  const formalise = (): Made => {
    tale.stage = 'formalised';
    tale.silent = [];
    return { type: 'formalised', data: said({ instrument: instrument(), terms: [whole()], effective: later.effectiveDay() }) };
  };
  const contest = (id: string): Made => {
    const readings = [from, to].map((party) => ({ party, text: random.of(quotes) }));
    const joins = tale.dispute === undefined ? {} : { joins: tale.dispute };
    tale.dispute ??= id;
    const about = { announcement: tale.pledge, term: 'total' };
    return {
      type: 'disputed',
      data: said({ ground: random.of(['reading', 'figures', 'performance']), about, readings, ...joins }),
    };
  };
  const settle = (): Made => {
    const resolves = tale.dispute === undefined ? {} : { resolves: [tale.dispute] };
    tale.dispute = undefined;
    return { type: 'observed', data: said({ ...resolves, note: random.of(quotes) }) };
  };
  const find = (id: string): Made => {
    if (tale.isLong) return settle();
    if (random.oneIn(3)) return { type: 'proposed', data: late({ mode: 'claim', terms: [whole()] }) };
    tale.retractable = id;
    return { type: 'observed', data: late(random.oneIn(2) ? { terms: [whole()] } : {}) };
  };
  const correct = (): Made => {
    const because = { reason: random.of(['misread', '오역', 'a better source']), sources: sources() };
    if (tale.retractable !== undefined && random.oneIn(2)) {
      const data = { corrects: tale.retractable, mode: 'retract', ...because };
      tale.retractable = undefined;
      return { type: 'corrected', data };
    }
    const mode = random.of(['refine', 'replace']);
    if (tale.pledge === '' || random.oneIn(4)) {
      return { type: 'corrected', data: { corrects: openedId, mode, changes: { title: random.of(titles) }, ...because } };
    }
    const changes = random.of([
      { summary: random.of(quotes) },
      { note: null, confidence: 'high' },
      { saidBy: [{ actor: from }] },
    ]);
    return { type: 'corrected', data: { corrects: tale.pledge, mode, changes, ...because } };
  };
  const amend = (): Made => {
    tale.total += 1_000_000;
    return { type: 'amended', data: said({ terms: [whole()] }) };
  };
  const reaffirm = (): Made => {
    wording++;
    return { type: 'reaffirmed', data: said(random.oneIn(2) ? { terms: [whole()] } : {}) };
  };
  const fulfil = (): Made => {
    if (random.oneIn(3) && !tale.isLong) tale.stage = 'fulfilled';
    const extent = tale.stage === 'fulfilled' ? 'full' : 'partial';
    return {
      type: 'fulfilled',
      data: said({
        extent,
        terms: [{ key: 'delivered', kind: 'money', ...figure(tale.total), counts: 'cumulative', text: '이행' }],
      }),
    };
  };
  const end = (): Made => {
    tale.stage = 'ended';
    return { type: 'ended', data: said({ reason: random.of(['withdrawn', 'expired', 'breached']) }) };
  };

  const nexts = {
    none: [propose, propose, promise],
    proposed: [propose, promise, promise, find, settle, correct],
    pledged: [formalise, amend, reaffirm, fulfil, contest, settle, find, correct, ...later.running],
    formalised: [formalise, amend, reaffirm, fulfil, contest, settle, find, correct, ...later.running],
    fulfilled: [reaffirm, contest, settle, find, correct, correct, end, ...later.performed],
    ended: [settle, find, correct, ...later.ended],
  };
  const self = {
    id,
    length,
    made: 0,
    next(eventId: string, time: number): Made {
      tale.now = formatDay(Math.floor(time / dayMs));
      later.reach();
      self.made++;
      if (self.made > 1) return random.of<Act>(nexts[tale.stage])(eventId);
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
      const data = { title: `${random.of(titles)} ${id.slice(-4)}`, topic, from: [from, ...tale.others], to: beneficiaries };
      return { type: 'opened', data: { ...data, ...(links && { links }), ...names } };
    },
  };
  return self;
}
