import { daysAfter } from './plain/days.ts';
import { isFigure } from './plain/figures.ts';
import { allEntries, type State } from './plain/state.ts';
import type { Announcement, Term } from './plain/timeline.ts';

/** Random terms and dates; most are aimed at what is there. */

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

const keys = ['a', 'b', 'c', 'd'];

function aDay(dice: Dice, today: string): string {
  return daysAfter(today, dice.below(100) - 40);
}

export function aDate(dice: Dice, today: string): string {
  const day = aDay(dice, today);
  return dice.one(day, day, day, day.slice(0, 7), day.slice(0, 4));
}

export function anEffect(dice: Dice, today: string): string {
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
    `${from.slice(0, 4)}/..`,
    `${from.slice(0, 4)}/${to.slice(0, 4)}`,
    from.slice(0, 7),
    `${from.slice(0, 7)}/${to}`,
  );
}

/** Each key once. A few figures come again and again, so that some hold the same. */
export function terms(dice: Dice, place: Place, type: string): object[] {
  if (dice.rarely(8)) return cut(dice);
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

/** A total and its parts, in a kind of which there can be some. */
export function cut(dice: Dice): object[] {
  const amount = (min: string): object => ({ qualifier: 'exact', min, max: min });
  const kinds: ((min: string) => object)[] = [
    (min) => ({ kind: 'money', text: 'money', currency: 'USD', ...amount(min) }),
    (min) => ({ kind: 'money', text: 'money', currency: 'USD', ...amount(min) }),
    (min) => ({ kind: 'percent', text: 'a share', of: 'GDP', ...amount(min) }),
    (min) => ({ kind: 'count', text: 'ships', unit: 'ships', ...amount(min) }),
    (to) => ({ kind: 'tariff', text: 'a rate', on: 'goods', to }),
    () => ({ kind: 'text', text: 'words' }),
    () => ({ kind: 'condition', text: 'once they agree' }),
    () => ({ kind: 'stages', text: 'step by step', stages: ['freeze'] }),
  ];
  const like = dice.one(...kinds);
  const part = (): object => ({ partOf: 'a', ...(!dice.rarely(4) && { partition: dice.one('year', 'sector') }) });
  const each = dice.rarely(6) && { each: true };
  return [
    { key: 'a', ...like('20'), ...each },
    { key: 'b', ...like('5'), ...part(), ...each },
    { key: 'c', ...like(dice.one('10', '10.0', '18')), ...part(), ...each },
  ];
}

function term(dice: Dice, { state, today }: Place, key: string): object {
  const known = allEntries(state).map(({ entry }) => entry.term.key);
  const other = dice.rarely(3) ? dice.one(...keys) : (dice.of(known) ?? dice.one(...keys));
  const references = { [dice.one('partOf', 'notPartOf', 'notPartOf', 'limits', 'sameAs')]: other };
  return {
    key,
    ...figure(dice),
    ...(dice.rarely(4) && { deadline: aDate(dice, today) }),
    ...(dice.rarely(5) && {
      period: dice.one('2025', '2025-02', '2025-01/2025-03', '2025-02/..', '../2025-03', aDate(dice, today)),
    }),
    ...(dice.rarely(5) && { effective: anEffect(dice, today) }),
    ...(dice.rarely(6) && { owedBy: dice.some([...state.obligors]) }),
    ...(dice.rarely(4) && { each: true }),
    ...(dice.rarely(6) && { modality: dice.one('shall', 'intends', 'expected', 'considers', 'may') }),
    ...(dice.rarely(2) && other !== key && references),
  };
}

export function bounds(dice: Dice): Record<string, string> {
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
  const per = dice.rarely(6) && { per: dice.one('year', 'year', 'month') };
  const role = dice.rarely(8) && { role: dice.one('reference', 'reference', 'promise') };
  const level = { change: dice.one('increase', 'decrease'), text: 'of before' };
  const before = dice.one<object>({ qualifier: 'exact', min: '2', max: '2' }, { qualifier: 'at-least', min: '2' });
  const base = dice.rarely(6) && { baseline: { ...level, ...(dice.rarely(2) && before) } };
  switch (dice.below(9)) {
    case 0:
      return { kind: 'percent', text: 'a share', of: 'GDP', ...of, ...role, ...per, ...(base && { baseline: level }) };
    case 1:
      return { kind: 'count', text: 'ships', unit: 'ships', ...of, ...base, ...role, ...per };
    case 2:
      return { ...tariff(dice), ...role, ...(base && { baseline: level }) };
    case 3:
      return { kind: 'text', text: dice.one('words', 'other words') };
    case 4:
      return {
        kind: 'condition',
        text: dice.one('once they agree', 'once all agree'),
        ...(dice.rarely(3) && { unless: true }),
      };
    case 5:
      return dice.rarely(2) ? { kind: 'stages', text: 'step by step', stages: ['freeze', 'reduce'] } : tariff(dice);
    default:
      return { kind: 'money', text: 'money', currency: dice.one('USD', 'USD', 'USD', 'EUR'), ...of, ...per, ...role, ...base };
  }
}

function tariff(dice: Dice): object {
  const on = { kind: 'tariff', text: 'a rate', on: 'goods' };
  return dice.one<object>(
    { ...on, to: '15' },
    { ...on, to: dice.one('15', '25', '10.0'), from: '27.5' },
    { ...on, to: '15', qualifier: dice.one('up-to', 'about', 'at-least'), mfn: dice.one('included', 'added') },
    { ...on, qualifier: 'between', min: '10', max: '15' },
    { ...on, mfn: 'alone' },
    { ...on, to: '15', unit: 'EUR per tonne' },
  );
}

/** Deliveries are mostly like what is owed. */
export function deliveries(dice: Dice, place: Place): object[] {
  const owed = allEntries(place.state).filter(({ entry }) => isFigure(entry.term));
  const like = dice.of(owed)?.entry.term;
  if (!like || dice.rarely(8)) return [{ ...(term(dice, place, dice.one(...keys)) as Term), counts: 'increment' }];
  const { key, kind, text, currency, unit, of, per, period, baseline } = like;
  const measure = Object.fromEntries(Object.entries({ currency, unit, of, per }).filter(([, value]) => value !== undefined));
  const when = dice.one(undefined, undefined, '2025-02', '2025', '2025-03', period);
  return [
    {
      key: dice.rarely(6) ? 'd' : key,
      kind,
      text,
      ...measure,
      ...bounds(dice),
      ...(baseline && dice.rarely(2) && { baseline }),
      ...(!dice.rarely(12) && { counts: dice.one('increment', 'cumulative', 'cumulative') }),
      ...(when !== undefined && { period: when }),
      ...(dice.rarely(4) && { delivers: key }),
      ...(dice.rarely(3) && {
        owedBy: dice.rarely(4) ? dice.some([...place.state.obligors]) : [dice.of([...place.state.obligors]) ?? 'KR'],
      }),
    },
  ];
}
