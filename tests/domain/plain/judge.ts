import { dayBegun, spanOf } from './days.ts';
import { fold } from './fold.ts';
import { broken, isByTheRightOne, misplaced, pledgesAgain, ruleOf } from './places.ts';
import type { State } from './state.ts';
import { wrongTerms } from './termRules.ts';
import { type Announcement, type Event, openingOf, timelineOf } from './timeline.ts';

/** Rules marked † are judged of what is recorded, and not on restore. */
export type Mode = 'record' | 'restore';

/** Which rules an event breaks after those of its commitment; none when it may be recorded. Its form is judged elsewhere. */
export function brokenBy(events: readonly Event[], event: Event, mode: Mode = 'record'): string[] {
  const { type } = event;
  if (events.length === 0) return broken({ 'not-opened': type !== 'opened' });
  if (type === 'opened') return ['opened-already'];
  const missing = type === 'corrected' ? wrongTarget(events, event) : [];
  if (missing.length > 0) return missing;
  const asBound = newlyBroken(events, event, false);
  if (mode === 'record') return asBound.map(({ rule }) => rule);
  const lasting = asBound.filter(({ rule }) => !ruleOf(rule).endsWith('†'));
  if (lasting.length === 0) return [];
  // On restore a rule must be broken also as if each announcement had bound all obligors.
  const asAll = newlyBroken(events, event, true);
  return lasting.flatMap(({ id, rule }) => (asAll.some((one) => one.id === id && one.rule === rule) ? [rule] : []));
}

function wrongTarget(events: readonly Event[], { data }: Event): string[] {
  const { corrects, mode } = data as { corrects: string; mode: string };
  const target = events.find(({ id }) => id === corrects);
  const isRetracted = events.some(({ type, data: other }) => {
    const { corrects: id, mode: how } = other as { corrects?: string; mode?: string };
    return type === 'corrected' && id === corrects && how === 'retract';
  });
  return broken({
    'unknown-target': !target || target.type === 'corrected',
    retracted: isRetracted,
    'retracts-opened': target?.type === 'opened' && mode === 'retract',
  });
}

/** The rules that each announcement breaks with an event and did not without it: what was so before is not held against it. */
function newlyBroken(events: readonly Event[], event: Event, bindsAll: boolean): { id: string; rule: string }[] {
  const { corrects } = event.data as { corrects?: string };
  const target = event.type === 'corrected' ? corrects : event.id;
  // A correction of the opening judges every announcement again.
  const isJudged = (id: string): boolean => id === target || events[0]?.id === target;
  const before = surveyOf(events, isJudged, bindsAll);
  const after = surveyOf([...events, event], isJudged, bindsAll);
  return [...after].flatMap(([id, found]) => {
    // Rules marked † are never judged again of what stands.
    const judged = id === target ? found : found.filter((rule) => !ruleOf(rule).endsWith('†'));
    return judged.filter((rule) => !before.get(id)?.includes(rule)).map((rule) => ({ id, rule }));
  });
}

/** Which rules each announcement breaks at its place: those that are judged again, and all of those that are judged. */
function surveyOf(
  events: readonly Event[],
  isJudged: (id: string) => boolean,
  bindsAll: boolean,
): ReadonlyMap<string, readonly string[]> {
  const timeline = timelineOf(events);
  const survey = new Map<string, string[]>();
  const state = fold(openingOf(events), timeline, {
    bindsAll,
    before: (place, by) => {
      const once = isJudged(by.id) ? wrongOnce(place, by, timeline, bindsAll) : [];
      survey.set(by.id, [...misplaced(place, by), ...once]);
    },
  });
  for (const [id, { by }] of state.disputes) {
    const isGone = !timeline.some((other) => other.id === by.data.about?.announcement);
    if (isGone) survey.get(id)?.push('retracts-disputed');
  }
  return survey;
}

function wrongOnce(state: State, by: Announcement, timeline: readonly Announcement[], bindsAll: boolean): string[] {
  const { data } = by;
  const about = data.about?.announcement;
  return [
    ...broken({
      'not-begun': (spanOf(data.happened).first ?? '') > dayBegun(by.time),
      'who†': !isByTheRightOne(state, by),
      'pledges-again†': pledgesAgain(state, by),
      ...namedUnknown(state, by, timeline),
      about: about !== undefined && !timeline.some(({ id }) => id === about && id !== by.id),
    }),
    ...wrongTerms(state, by, bindsAll),
  ];
}

/** Whether it names as obligor, key or party what is none. Who has left may have delivered before. */
function namedUnknown(
  { obligors, bound, beneficiaries }: State,
  { type, data }: Announcement,
  timeline: readonly Announcement[],
): Record<string, readonly string[]> {
  const { terms = [], performs = [], parties = [], keys = [] } = data;
  const given = new Set(timeline.flatMap((other) => (other.data.terms ?? []).map(({ key }) => key)));
  const delivering = terms.filter(({ counts }) => type === 'fulfilled' || (type === 'observed' && counts !== undefined));
  const owing = terms.filter((term) => !delivering.includes(term));
  const delivered = [...delivering.flatMap(({ owedBy = [] }) => owedBy), ...performs.flatMap((one) => one.by ?? [])];
  const toldKeys = [
    ...terms.flatMap(({ delivers }) => delivers ?? []),
    ...performs.map(({ key }) => key),
    ...(data.about?.term === undefined ? [] : [data.about.term]),
    ...(type === 'left' ? keys : []),
  ];
  const isParty = (party: string): boolean => obligors.has(party) || beneficiaries.has(party);
  return {
    'names-obligor†': [
      ...owing.flatMap(({ owedBy = [] }) => owedBy.filter((party) => !obligors.has(party))),
      ...delivered.filter((party) => !obligors.has(party) && !bound.has(party)),
    ],
    'names-key†': toldKeys.filter((key) => !given.has(key)),
    'names-party†': type === 'left' ? parties.filter((party) => !isParty(party)) : [],
  };
}
