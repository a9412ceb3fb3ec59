import { daysAfter } from './plain/days.ts';
import { isFigure } from './plain/figures.ts';
import { allEntries, type State } from './plain/state.ts';
import type { Announcement, Term } from './plain/timeline.ts';
import { sources } from './given.ts';

/** Random drafts of the second edition, with all types and fields; most are aimed at what is there. */
export type Drafted = { readonly type: string; readonly data: Record<string, unknown> };

/** Numbers that chance gave, drawn one after the other; when there are no more, zeros. */
export class Dice {
  readonly #numbers: number[];

  constructor(numbers: readonly number[]) {
    this.#numbers = [...numbers];
  }

  below(limit: number): number {
    return (this.#numbers.shift() ?? 0) % limit;
  }

  one<T>(...choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** One of a list, or undefined where it is empty. */
  of<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.below(list.length)];
  }

  /** True once in so many times. */
  rarely(times: number): boolean {
    return this.below(times) === times - 1;
  }

  some<T>(list: readonly T[]): T[] {
    const taken = list.filter(() => this.below(2) === 1);
    const one = this.of(list);
    return taken.length > 0 || one === undefined ? taken : [one];
  }
}

export type Place = { readonly state: State; readonly timeline: readonly Announcement[]; readonly today: string };

const parties = ['KR', 'JP', 'US', 'GB', 'org:eu'];
const keys = ['a', 'b', 'c', 'd'];

export function draft(dice: Dice, place: Place): Drafted {
  if (dice.rarely(5)) return correction(dice, place);
  const type = dice.one(...typesAt(place));
  const data = {
    happened: happened(dice, place.today),
    saidBy: saidBy(dice, place.state),
    sources,
    ...common(dice, place, type),
  };
  return { type, data: { ...data, ...own(dice, place, type) } };
}

/** What may be announced comes more often than what may not. */
function typesAt({ state }: Place): string[] {
  const early = ['proposed', 'pledged', 'pledged', 'formalised', 'observed', 'joined'];
  const late = [
    'fulfilled',
    'fulfilled',
    'amended',
    'amended',
    'reaffirmed',
    'suspended',
    'left',
    'joined',
    'disputed',
    'ended',
  ];
  const isEarly = ['none', 'noted', 'proposed'].includes(state.stage);
  const back = state.suspensions.length + state.notices.length > 0 ? ['resumed', 'resumed'] : [];
  if (state.disputes.size > 0 && !isEarly) back.push('disputed', 'disputed');
  return isEarly ? [...early, 'disputed', 'left', 'amended'] : [...late, ...late.slice(0, 8), ...early, ...back];
}

function happened(dice: Dice, today: string): string {
  const day = daysAfter(today, -dice.below(30));
  const month = day.slice(0, 7);
  return dice.one(day, day, day, day, day, `${day}~`, month, `../${day}`, `${month}/..`, `${day}T23:30:00-09:00`, '2025');
}

function aDay(dice: Dice, today: string): string {
  return daysAfter(today, dice.below(100) - 40);
}

function aDate(dice: Dice, today: string): string {
  const day = aDay(dice, today);
  return dice.one(day, day, day, day.slice(0, 7), day.slice(0, 4));
}

function anEffect(dice: Dice, today: string): string {
  const from = aDay(dice, today);
  const to = daysAfter(from, dice.below(60));
  const months = `${from.slice(0, 7)}/${to.slice(0, 7)}`;
  return dice.one(
    from,
    from,
    from,
    `${from}/${to}`,
    months,
    `../${to}`,
    `${from}/..`,
    from.slice(0, 7),
    `${from.slice(0, 7)}/${to}`,
  );
}

function saidBy(dice: Dice, state: State): object[] {
  const known = [...state.obligors, ...state.beneficiaries];
  const party = dice.of(known) ?? 'KR';
  const obligor = dice.of([...state.obligors]) ?? 'KR';
  switch (dice.below(8)) {
    case 0:
      return [{ actor: obligor }];
    case 1:
      return [{ actor: party }];
    case 2:
      return [...state.obligors].map((actor) => ({ actor }));
    case 3:
      return [{ actor: 'office:spokesperson', for: party }];
    case 4:
      return [{ actor: 'media:press' }];
    case 5:
      return [{ actor: dice.one('court:highest', 'org:eu', 'parliament:house') }];
    case 6:
      return [{ actor: dice.one(...parties) }, { actor: party }];
    default:
      return [{ actor: obligor }];
  }
}

function common(dice: Dice, place: Place, type: string): Record<string, unknown> {
  const { state, today } = place;
  const mayReport = !['proposed', 'observed', 'disputed', 'formalised'].includes(type);
  const isMany = ['pledged', 'formalised', 'amended', 'proposed', 'observed', 'fulfilled'].includes(type);
  const withTerms = isMany ? !dice.rarely(6) : dice.rarely(6);
  const dispute = dice.of([...state.disputes.keys()]);
  const condition = dice.of(allEntries(state).filter(({ entry }) => entry.term.kind === 'condition'));
  return {
    ...(withTerms && { terms: type === 'fulfilled' || dice.rarely(8) ? deliveries(dice, place) : terms(dice, place, type) }),
    ...(dice.rarely(4) && { effective: anEffect(dice, today) }),
    ...(dice.rarely(4) && { due: aDate(dice, today) }),
    ...(mayReport && dice.rarely(3) && { reported: true }),
    ...(dispute !== undefined && dice.rarely(3) && { resolves: [dispute] }),
    ...(condition && dice.rarely(2) && { meets: [condition.entry.term.key] }),
    ...((type === 'formalised' || dice.rarely(5)) && { instrument: instrument(dice, state) }),
  };
}

function instrument(dice: Dice, { obligors, beneficiaries }: State): object {
  const named = dice.one([...obligors, ...beneficiaries], [...obligors], dice.some([...obligors]), [], ['US']);
  const date = dice.one('2025-01-15', '2025-02', '2025-03-01');
  return { kind: 'agreement', title: 'Agreement', date, parties: named, binding: dice.one('yes', 'yes', 'no', 'disputed') };
}

function own(dice: Dice, { state, timeline, today }: Place, type: string): Record<string, unknown> {
  const standing = [...new Set(allEntries(state).map(({ entry }) => entry.term.key))];
  const key = dice.of(standing);
  const obligors = [...state.obligors];
  switch (type) {
    case 'proposed':
      return { mode: dice.one('demand', 'request', 'plan', 'claim', 'threat', 'expected', 'expected') };
    case 'disputed': {
      const about = dice.of(timeline)?.id ?? '0'.repeat(26);
      const joins = dice.of([...state.disputes.keys()]);
      return {
        ground: dice.one('reading', 'figures', 'performance', 'validity', 'rejection'),
        about: { announcement: about, ...(dice.rarely(2) && { term: key ?? 'a' }) },
        readings: [{ party: dice.one(...parties), text: 'otherwise' }],
        ...(joins !== undefined ? dice.rarely(2) && { joins } : dice.rarely(8) && { joins: about }),
      };
    }
    case 'fulfilled':
      return {
        extent: dice.one('partial', 'partial', 'full'),
        ...(key !== undefined &&
          dice.rarely(3) && {
            performs: [{ key, extent: dice.one('partial', 'full'), ...(dice.rarely(2) && { by: dice.some(obligors) }) }],
          }),
      };
    case 'amended':
      return key !== undefined && dice.rarely(3) ? { removes: [key], ...(dice.rarely(2) && { terms: [] }) } : {};
    case 'suspended':
      return {
        ...(dice.rarely(2) && { keys: dice.some(standing) }),
        ...(dice.rarely(2) && { until: aDate(dice, today) }),
        ...(dice.rarely(3) && { parties: dice.some(obligors) }),
      };
    case 'resumed': {
      const ids = [...state.suspensions.map((one) => one.announcement.id), ...state.notices.map((one) => one.announcement.id)];
      const none = dice.of(timeline)?.id ?? '';
      return dice.one({ resumes: dice.some(ids) }, {}, { resumes: dice.some(ids) }, { resumes: [none] });
    }
    case 'joined':
      return { parties: dice.one(['GB'], ['KR'], ['JP'], ['GB', 'JP']), as: dice.one('obligor', 'obligor', 'beneficiary') };
    case 'left': {
      const reason = dice.one('withdrawn', 'expelled', 'dissolved', 'exempted', 'exempted');
      const leaving = dice.of(obligors.filter((party) => party !== 'GB')) ?? 'KR';
      return {
        parties: reason !== 'dissolved' && dice.rarely(4) ? dice.some([...obligors, ...state.beneficiaries]) : [leaving],
        reason,
        ...(reason === 'exempted' && { keys: standing.length > 0 ? dice.some(standing) : ['a'] }),
        ...(reason === 'dissolved' && dice.rarely(2) && { successor: dice.one('GB', 'DE') }),
      };
    }
    case 'ended':
      return { reason: dice.one('withdrawn', 'expired', 'annulled', 'breached') };
    default:
      return {};
  }
}

/** Each key once. A few figures come again and again, so that some hold the same. */
function terms(dice: Dice, place: Place, type: string): object[] {
  if (dice.rarely(8)) {
    const part = { partOf: 'a', partition: dice.one('year', 'sector') };
    const money = { kind: 'money', text: 'money', currency: 'USD', qualifier: 'exact' };
    return [
      { ...money, key: 'a', min: '20', max: '20' },
      { ...money, key: 'b', min: '5', max: '5', ...part },
      {
        ...money,
        key: 'c',
        ...dice.one({ min: '10', max: '10.0' }, { min: '10', max: '10.0' }, { min: '18', max: '18' }),
        ...part,
      },
    ];
  }
  if (dice.rarely(25)) {
    const words = { kind: 'text', text: 'in a circle' };
    return [
      { ...words, key: 'a', limits: 'b' },
      { ...words, key: 'b', [dice.one('partOf', 'sameAs')]: 'a' },
    ];
  }
  const chosen = dice.rarely(3) ? dice.some(keys) : [dice.one(...keys)];
  return chosen.map((key) => {
    const old = dice.of(allEntries(place.state).filter(({ entry }) => entry.term.key === key));
    const isRepeat = old && (type === 'reaffirmed' || dice.rarely(3));
    return isRepeat ? { ...old.entry.term, text: 'again' } : term(dice, place, key);
  });
}

function term(dice: Dice, { state, today }: Place, key: string): object {
  const other = dice.one(...keys);
  const references = { [dice.one('partOf', 'notPartOf', 'limits', 'sameAs')]: other };
  return {
    key,
    ...figure(dice),
    ...(dice.rarely(4) && { deadline: aDate(dice, today) }),
    ...(dice.rarely(5) && { period: dice.one('2025', '2025-02', '2025-01/2025-03', aDate(dice, today)) }),
    ...(dice.rarely(5) && { effective: anEffect(dice, today) }),
    ...(dice.rarely(6) && { owedBy: dice.some([...state.obligors]) }),
    ...(dice.rarely(6) && { each: true }),
    ...(dice.rarely(6) && { modality: dice.one('shall', 'intends', 'expected', 'considers', 'may') }),
    ...(dice.rarely(4) && other !== key && references),
  };
}

function bounds(dice: Dice): Record<string, string> {
  const low = dice.one('5', '10', '5.0', '20', '3');
  const high = dice.one('30', '40');
  return dice.one<Record<string, string>>(
    { qualifier: 'exact', min: low, max: low },
    { qualifier: 'exact', min: low, max: low },
    { qualifier: 'about', min: low, max: low },
    { qualifier: 'at-least', min: low },
    { qualifier: 'more-than', min: low },
    { qualifier: 'up-to', max: high },
    { qualifier: 'less-than', max: high },
    { qualifier: 'between', min: low, max: high },
  );
}

function figure(dice: Dice): object {
  const of = bounds(dice);
  const per = dice.rarely(6) && { per: 'year' };
  const role = dice.rarely(8) && { role: 'reference' };
  const level = { change: dice.one('increase', 'decrease'), text: 'of before' };
  const base = dice.rarely(6) && { baseline: { ...level, ...(dice.rarely(2) && { qualifier: 'exact', min: '2', max: '2' }) } };
  switch (dice.below(9)) {
    case 0:
      return { kind: 'percent', text: 'a share', of: 'GDP', ...of, ...role };
    case 1:
      return { kind: 'count', text: 'ships', unit: 'ships', ...of, ...base, ...role };
    case 2:
      return tariff(dice);
    case 3:
      return { kind: 'text', text: dice.one('words', 'other words') };
    case 4:
      return { kind: 'condition', text: 'once they agree', ...(dice.rarely(3) && { unless: true }) };
    case 5:
      return dice.rarely(3) ? { kind: 'stages', text: 'step by step', stages: ['freeze', 'reduce'] } : tariff(dice);
    default:
      return { kind: 'money', text: 'money', currency: dice.one('USD', 'USD', 'USD', 'EUR'), ...of, ...per, ...role, ...base };
  }
}

function tariff(dice: Dice): object {
  const on = { kind: 'tariff', text: 'a rate', on: 'goods' };
  return dice.one<object>(
    { ...on, to: '15' },
    { ...on, to: dice.one('15', '25', '10.0'), from: '27.5' },
    { ...on, to: '15', qualifier: 'up-to', mfn: 'included' },
    { ...on, qualifier: 'between', min: '10', max: '15' },
    { ...on, mfn: 'alone' },
  );
}

/** Deliveries are mostly like what is owed. */
function deliveries(dice: Dice, place: Place): object[] {
  const owed = allEntries(place.state).filter(({ entry }) => isFigure(entry.term));
  const like = dice.of(owed)?.entry.term;
  if (!like || dice.rarely(8)) return [{ ...(term(dice, place, dice.one(...keys)) as Term), counts: 'increment' }];
  const { key, kind, text, currency, unit, of, per, period } = like;
  const measure = Object.fromEntries(Object.entries({ currency, unit, of, per }).filter(([, value]) => value !== undefined));
  const when = dice.one(undefined, undefined, '2025-02', '2025', '2025-03', period);
  return [
    {
      key: dice.rarely(6) ? 'd' : key,
      kind,
      text,
      ...measure,
      ...bounds(dice),
      ...(!dice.rarely(12) && { counts: dice.one('increment', 'cumulative', 'cumulative') }),
      ...(when !== undefined && { period: when }),
      ...(dice.rarely(4) && { delivers: key }),
      ...(dice.rarely(3) && {
        owedBy: dice.rarely(3) ? dice.some([...place.state.obligors]) : [dice.of([...place.state.obligors]) ?? 'KR'],
      }),
    },
  ];
}

function correction(dice: Dice, place: Place): Drafted {
  const { timeline, state, today } = place;
  const target = dice.of(timeline);
  const common = { reason: 'misread', sources };
  if (!target) return { type: 'corrected', data: { corrects: '0'.repeat(26), mode: 'retract', ...common } };
  const corrects = target.id;
  const mode = dice.one('refine', 'refine', 'replace');
  switch (dice.below(6)) {
    case 0:
      return { type: 'corrected', data: { corrects, mode: 'retract', ...common } };
    case 1:
      return { type: 'corrected', data: { corrects, mode, changes: { happened: happened(dice, today) }, ...common } };
    case 2:
      return { type: 'corrected', data: { corrects, mode, changes: { terms: changedTerms(dice, place, target) }, ...common } };
    case 3:
      return { type: 'corrected', data: { corrects, mode, changes: { saidBy: saidBy(dice, state) }, ...common } };
    case 4:
      return { type: 'corrected', data: { corrects, mode, changes: ownChange(dice, place, target), ...common } };
    default:
      return {
        type: 'corrected',
        data: {
          corrects: 'OPENED',
          mode,
          changes: { [dice.one('from', 'to')]: dice.one(['KR', 'JP'], ['KR'], ['US']) },
          ...common,
        },
      };
  }
}

function changedTerms(dice: Dice, place: Place, { type, data }: Announcement): object[] {
  const old = dice.of(data.terms ?? []);
  if (type === 'fulfilled' && old) return [{ ...old, ...bounds(dice), counts: dice.one('increment', 'cumulative') }];
  return terms(dice, place, type);
}

function ownChange(dice: Dice, place: Place, { type }: Announcement): Record<string, unknown> {
  const fields = Object.entries(own(dice, place, type)).filter(([field]) => !['about', 'readings'].includes(field));
  const effective = dice.rarely(2) ? null : anEffect(dice, place.today);
  return fields.length === 0 || dice.rarely(2) ? { effective } : Object.fromEntries(fields);
}
