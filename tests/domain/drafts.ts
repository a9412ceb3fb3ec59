import { daysAfter } from './plain/days.ts';
import { allEntries, type State } from './plain/state.ts';
import type { Announcement } from './plain/timeline.ts';
import { aDate, anEffect, bounds, cut, deliveries, type Dice, type Place, terms } from './draftTerms.ts';
import type { AnnouncementType } from '../../domain/announcement.ts';
import { isEffect } from '../../domain/status.ts';
import { sources } from './given.ts';

/** Random drafts of the second edition, with all types and fields; most are aimed at what is there. */
export type Drafted = { readonly type: string; readonly data: Record<string, unknown> };

const parties = ['KR', 'JP', 'US', 'GB', 'org:eu'];

export function draft(dice: Dice, place: Place): Drafted {
  if (dice.rarely(5)) return correction(dice, place);
  return announcement(dice, place, dice.one(...typesAt(place)));
}

/** What all obligors undertake at once, mostly: little may be announced before that. */
export function beginning(dice: Dice, place: Place): Drafted {
  if (dice.rarely(4)) return draft(dice, place);
  const { type, data } = announcement(dice, place, dice.one('pledged', 'pledged', 'formalised'));
  const saidBy = [...place.state.obligors].map((actor) => ({ actor }));
  return { type, data: { ...data, saidBy, terms: dice.rarely(3) ? cut(dice) : terms(dice, place, type) } };
}

function announcement(dice: Dice, place: Place, type: string): Drafted {
  const data = {
    happened: happened(dice, place.today),
    saidBy: saidBy(dice, place.state),
    sources,
    ...common(dice, place, type),
    ...own(dice, place, type),
  };
  return { type, data: { ...data, ...replacing(dice, place, type), ...waiver(dice, place, type) } };
}

/** Now and then the notice of before, with another day. */
function replacing(dice: Dice, { state, today }: Place, type: string): Record<string, unknown> {
  const before = dice.of(state.notices.filter(({ announcement: { type: one } }) => one === type));
  if (!before || dice.rarely(2)) return {};
  const { parties, keys, as, reason, resumes, successor } = before.announcement.data;
  const about = Object.entries({ parties, keys, as, reason, resumes, successor }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(about), effective: daysAfter(today, dice.below(60) - 5) };
}

/** Now and then a beneficiary renounces what stands. */
function waiver(dice: Dice, { state }: Place, type: string): Record<string, unknown> {
  const standing = allEntries(state).map(({ entry }) => entry.term.key);
  const [actor, key] = [dice.of([...state.beneficiaries]), dice.of(standing)];
  if (type !== 'amended' || actor === undefined || key === undefined || !dice.rarely(5)) return {};
  return { saidBy: [{ actor }], removes: [key], terms: [] };
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
  const back = state.suspensions.length + state.notices.length > 0 ? ['resumed', 'resumed', 'resumed', 'resumed'] : [];
  if (state.disputes.size > 0) back.push('disputed', 'disputed');
  const opposed = isEarly ? [...early, 'disputed', 'left', 'amended'] : [...late, ...late.slice(0, 8), ...early];
  if (state.stage === 'ended')
    back.push('fulfilled', 'fulfilled', 'observed', 'joined', 'joined', 'joined', 'joined', 'joined');
  const again = state.notices.flatMap(({ announcement: { type } }) => [type, type, type]);
  const isExempt = [...state.exempt.values()].some(({ size }) => size > 0);
  return [...opposed, ...back, ...again, ...(isExempt ? ['joined', 'joined', 'joined', 'left', 'fulfilled'] : [])];
}

function happened(dice: Dice, today: string): string {
  const day = daysAfter(today, -dice.below(30));
  const month = day.slice(0, 7);
  return dice.one(day, day, day, day, day, `${day}~`, month, `../${day}`, `${month}/..`, `${day}T23:30:00-09:00`, '2025');
}

/** What takes effect on a day has no end, or it is refused, which is tried too. */
function anEffectWithoutEnd(dice: Dice, today: string): string {
  const from = daysAfter(today, dice.below(60) - 20);
  return dice.one(from, from, `${from}/..`, from.slice(0, 7), `${from}/${daysAfter(from, 5)}`);
}

function saidBy(dice: Dice, state: State): object[] {
  const known = [...state.obligors, ...state.beneficiaries];
  const party = dice.of(known) ?? 'KR';
  const obligor = dice.of([...state.obligors]) ?? 'KR';
  switch (dice.below(10)) {
    case 0:
      return [{ actor: obligor }];
    case 1:
      return [{ actor: party }];
    case 2:
    case 8:
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
    ...(dice.rarely(4) && {
      effective: isEffect(type as AnnouncementType) ? anEffectWithoutEnd(dice, today) : anEffect(dice, today),
    }),
    ...(dice.rarely(4) && { due: aDate(dice, today) }),
    ...(mayReport && dice.rarely(3) && { reported: true }),
    ...(dispute !== undefined && dice.rarely(2) && { resolves: [dispute] }),
    ...(condition && !dice.rarely(3) && { meets: [condition.entry.term.key] }),
    ...(!condition && dice.rarely(20) && { meets: ['a'] }),
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
          dice.rarely(2) && {
            performs: [{ key, extent: dice.one('partial', 'full'), ...(!dice.rarely(3) && { by: dice.some(obligors) }) }],
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
      return { parties: joining(dice, state), as: dice.one('obligor', 'obligor', 'obligor', 'beneficiary') };
    case 'left': {
      const reason = dice.one('withdrawn', 'expelled', 'dissolved', 'exempted', 'exempted');
      const leaving = dice.of(obligors.filter((party) => party !== 'GB')) ?? 'KR';
      return {
        parties: reason !== 'dissolved' && dice.rarely(4) ? dice.some([...obligors, ...state.beneficiaries]) : [leaving],
        reason,
        ...(reason === 'exempted' && { keys: standing.length > 0 ? dice.some(standing) : ['a'] }),
        ...(reason === 'dissolved' && !dice.rarely(3) && { successor: dice.one('GB', 'DE', leaving === 'JP' ? 'KR' : 'JP') }),
      };
    }
    case 'ended': {
      const reason = dice.one('withdrawn', 'expired', 'annulled', 'breached', 'superseded');
      return { reason, ...(reason === 'superseded' && dice.rarely(2) && { successor: '0'.repeat(26) }) };
    }
    default:
      return {};
  }
}

/** Anybody; mostly those who are exempt, leave or left before. */
function joining(dice: Dice, { bound, exempt, notices }: State): string[] {
  const exempted = [...exempt].flatMap(([party, { size }]) => (size > 0 ? [party] : []));
  const leaving = notices.flatMap(({ announcement: { type }, parties: those }) => (type === 'left' ? those : []));
  const gone = [...bound].flatMap(([party, { stage }]) => (stage === 'left' ? [party] : []));
  const aimed = [exempted, leaving, gone].filter((those) => those.length > 0);
  const any = dice.one(['GB'], ['KR'], ['JP'], ['GB', 'JP'], ['US', 'KR']);
  return aimed.length === 0 || dice.rarely(3) ? any : dice.some([...new Set(dice.one(...aimed))]);
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
