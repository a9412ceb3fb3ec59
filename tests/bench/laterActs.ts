import { formatDay, parseDay } from '../../domain/dates.ts';
import { type Act, countries, type Made, type Tale, type Words } from './tale.ts';

/** What the second edition adds to a story. */
export type Later = {
  /** Brings the story up to its day: a notice takes effect. */
  readonly reach: () => void;
  /** More terms of a pledge. */
  readonly terms: () => object[];
  /** From when an instrument has effect: its own day or, in the second edition, one that lies ahead. */
  readonly effectiveDay: () => string;
  /** What may come next while it is pledged or formalised, once it is fulfilled, and once it has ended. */
  readonly running: readonly Act[];
  readonly performed: readonly Act[];
  readonly ended: readonly Act[];
};

/** What the first edition has of it. */
export function noneOf(tale: Tale): Later {
  return { reach: () => {}, terms: () => [], effectiveDay: () => tale.now, running: [], performed: [], ended: [] };
}

/** An effect that lies ahead: what becomes of the story on that day. */
type Notice = { readonly id: string; readonly on: string; readonly party?: string; readonly take: () => void };

/**
 * The types and fields of the second edition: who joins, leaves and pledges later, what is suspended and resumed, notices, conditions,
 * and deliveries that count. About one in five announcements of a commitment that is under way is one of these, as on real desks.
 */
export function laterActs(tale: Tale, { random, said, figure, whole }: Words): Later {
  let [hasLoans, isConditional] = [false, false];
  let suspension: string | undefined;
  let notice: Notice | undefined;

  const dayIn = (days: number): string => formatDay((parseDay(tale.now) ?? 0) + days);
  const bound = (): string[] => tale.others.filter((party) => !tale.silent.includes(party));
  const goOut = (party: string): void => void (tale.others = tale.others.filter((one) => one !== party));
  const strangers = (): string[] => countries.filter((party) => ![tale.from, tale.to, ...tale.others].includes(party));
  const by = (actor: string): object => ({ saidBy: [{ actor }] });

  const delivery = (): object => {
    const counts = random.of(['increment', 'increment', 'cumulative']);
    const period = random.oneIn(4) && { period: tale.now.slice(0, 4) };
    const amount = Math.floor(tale.total / (2 + random.below(20)));
    return { key: 'tranche', kind: 'money', ...figure(amount), delivers: 'total', counts, ...period, text: '1차분 집행' };
  };
  const deliver: Act = (id) => {
    if (random.oneIn(4)) tale.retractable = id;
    const performs = random.oneIn(5) && { performs: [{ key: 'loans', extent: random.of(['partial', 'full']) }] };
    return { type: 'fulfilled', data: said({ extent: 'partial', terms: [delivery()], ...performs }) };
  };
  const measure: Act = () => ({ type: 'observed', data: said({ terms: [delivery()] }) });
  const amendAlone: Act = () => {
    if (hasLoans && random.oneIn(3)) {
      hasLoans = false;
      return { type: 'amended', data: said({ removes: ['loans'] }) };
    }
    tale.total += 1_000_000;
    return { type: 'amended', data: said({ ...by(tale.from), terms: [whole()] }) };
  };
  const suspendOrResume: Act = (id) => {
    if (suspension !== undefined) {
      const resumes = random.oneIn(2) && { resumes: [suspension] };
      suspension = undefined;
      return { type: 'resumed', data: said({ ...resumes }) };
    }
    suspension = id;
    const keys = random.oneIn(2) && { keys: ['total'] };
    return { type: 'suspended', data: said({ ...keys, ...(random.oneIn(2) && { until: dayIn(1 + random.below(6)) }) }) };
  };
  const join: Act = () => {
    const party = random.of(strangers());
    const isObligor = tale.others.length < 3 && !random.oneIn(4);
    if (isObligor) tale.others = [...tale.others, party];
    return { type: 'joined', data: said({ ...by(party), parties: [party], as: isObligor ? 'obligor' : 'beneficiary' }) };
  };
  const leave =
    (party: string): Act =>
    () => {
      if (random.oneIn(3)) {
        return { type: 'left', data: said({ ...by(party), parties: [party], reason: 'exempted', keys: ['total'] }) };
      }
      goOut(party);
      return { type: 'left', data: said({ ...by(party), parties: [party], reason: 'withdrawn' }) };
    };
  const accede =
    (party: string): Act =>
    () => {
      tale.silent = tale.silent.filter((one) => one !== party);
      return { type: 'pledged', data: said({ ...by(party), terms: [whole()] }) };
    };
  const meet: Act = () => {
    isConditional = false;
    return { type: 'observed', data: said({ meets: ['ratified'] }) };
  };
  const giveNotice: Act = (id) => {
    const on = dayIn(1 + random.below(6));
    const [party] = random.oneIn(2) ? bound() : [];
    if (party === undefined && tale.isLong) return measure(id);
    if (party !== undefined) {
      notice = { id, on, party, take: () => goOut(party) };
      return { type: 'left', data: said({ ...by(party), parties: [party], reason: 'withdrawn', effective: on }) };
    }
    notice = { id, on, take: () => void (tale.stage = 'ended') };
    return { type: 'ended', data: said({ reason: 'withdrawn', effective: on }) };
  };
  const revoke =
    ({ id }: Notice): Act =>
    () => {
      notice = undefined;
      return { type: 'resumed', data: said({ resumes: [id] }) };
    };
  /** One of the rarer acts that are possible now. */
  const turn = (id: string): Made => {
    const leaving = bound().find((party) => party !== notice?.party);
    const [silent] = tale.silent;
    const possible: Act[] = [
      suspendOrResume,
      suspendOrResume,
      join,
      amendAlone,
      notice ? revoke(notice) : giveNotice,
      ...(leaving === undefined ? [] : [leave(leaving)]),
      ...(silent === undefined ? [] : [accede(silent)]),
      ...(isConditional ? [meet, meet] : []),
    ];
    return random.of(possible)(id);
  };

  if (random.oneIn(6)) tale.others = strangers().slice(0, 1 + random.below(2));
  return {
    reach: () => {
      if (!notice || notice.on > tale.now) return;
      if (tale.stage !== 'ended') notice.take();
      notice = undefined;
    },
    terms: () => {
      hasLoans = true;
      isConditional = random.oneIn(6);
      return [
        ...(isConditional ? [{ key: 'ratified', kind: 'condition', text: '국회의 비준을 조건으로' }] : []),
        ...(random.oneIn(6) ? [{ ...share, each: true }] : []),
        ...(random.oneIn(6) ? [{ ...ships, owedBy: [tale.from], deadline: dayIn(200 + random.below(2000)) }] : []),
        ...(random.oneIn(6) ? [{ ...ceiling, ...figure(2 * tale.total) }] : []),
        ...(random.oneIn(6) ? instalments() : []),
      ];
    },
    effectiveDay: () => (random.oneIn(3) ? dayIn(random.below(300)) : tale.now),
    running: [deliver, deliver, measure, turn, turn],
    performed: [deliver, turn],
    ended: [deliver],
  };

  function instalments(): object[] {
    const year = Number(tale.now.slice(0, 4));
    return [1, 2, 3].map((after) => ({
      key: `year-${after}`,
      kind: 'money',
      ...figure(Math.floor(tale.total / 4)),
      partOf: 'total',
      partition: 'year',
      period: String(year + after),
      modality: random.of(['shall', 'intends']),
      text: `${year + after}年分`,
    }));
  }
}

const share = { key: 'spending', kind: 'percent', qualifier: 'at-least', min: '2', of: 'GDP', per: 'year', text: '2% of GDP' };
const ships = {
  key: 'frigates',
  kind: 'count',
  qualifier: 'exact',
  min: '3',
  max: '3',
  unit: 'frigates',
  text: 'three frigates',
};
const ceiling = { key: 'ceiling', kind: 'money', role: 'reference', text: 'the ceiling of the facility' };
