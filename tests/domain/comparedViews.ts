import type { Commitment } from '../../domain/commitment.ts';
import { type Figure, figuresOn, situationOf } from '../../projections/figures.ts';
import { recordOf } from '../../projections/record.ts';
import { tariffsOf } from '../../projections/tariffs.ts';
import { day } from './given.ts';
import { sameness } from './plain/figures.ts';
import { inForceOn, inOrderOfRuns, type Run, toldRun } from './plain/inForce.ts';
import { type Commitment as Plain, stateInTheEnd, stateOn } from './plain/ledger.ts';
import { figuresOf } from './plain/shown.ts';
import { type Span, tariffRows, turnsOf } from './plain/tariffs.ts';
import { isSuspended, toldTerms } from './plain/terms.ts';

/** See compared.ts. */
type Compared = Readonly<Record<string, unknown>>;

/** What a view's line and a commitment's own answer show of one commitment, of the plain reading and of the projections. */

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** The tariffs that spans name on each of some days: it does not matter where a span is cut, or whose account it is from. */
function spansOn(days: readonly string[], spans: readonly Span[]): unknown[] {
  return days.map((on) => {
    const now = spans.filter(({ since, until }) => since <= on && on <= until);
    return [on, ...new Set(now.map(({ rate, qualifier, mfn, basis }) => JSON.stringify([rate, qualifier, mfn, basis])))].sort();
  });
}

export function plainViews(commitment: Plain, asOf: string): Compared {
  const rows = tariffRows(commitment, asOf);
  const days = turnsOf(rows);
  const state = stateOn(commitment, asOf);
  const end = stateInTheEnd(commitment);
  return {
    figures: figuresOf(commitment, asOf)
      .map(({ owedBy, performance, ...one }) => ({
        ...one,
        owedBy: owedBy.toSorted(),
        performance: performance.map(({ party = null, ...told }) => ({ party, ...told })).toSorted(byText),
      }))
      .toSorted(byText),
    tariffs: rows
      .map(({ shown: { on, unit, qualifier, mfn, min, max }, spans, before, ...row }) => ({
        ...row,
        shown: [on, unit, qualifier, mfn, min, max, before].map((field) => field ?? null),
        spans: spansOn(days, spans),
      }))
      .toSorted(byText),
    running:
      state.stage === 'ended'
        ? []
        : toldTerms(state)
            .map(({ term, by, owedBy }) => {
              const running = inForceOn(end, asOf).filter((one) => one.key === term.key);
              const now = running.filter((one) => owedBy.includes(one.party));
              const told = toldRun(
                now.map(({ run }) => run),
                term,
              );
              const effect = told?.effect;
              const givenAt = commitment.timeline.findIndex(({ data }) => data.terms?.some((one) => one === effect?.term));
              const isNewer = givenAt !== -1 && commitment.timeline.indexOf(by) > givenAt;
              return {
                key: term.key,
                owedBy: owedBy.toSorted(),
                announcement: effect?.basis.id ?? null,
                since: told?.since ?? '',
                inForceFor: running
                  .flatMap(({ party, run }) =>
                    run.effect.term === effect?.term && run.effect.basis === effect.basis ? [party] : [],
                  )
                  .toSorted(),
                backdated: effect !== undefined && effect.basis.day > effect.start,
                amendedBy: effect && sameness(effect.term) !== sameness(term) && isNewer ? by.id : null,
                also: alsoInForce(
                  now.map(({ run }) => run),
                  told,
                ),
                suspended: owedBy.every((party) => isSuspended(state, term, party, asOf)),
              };
            })
            .toSorted(byText),
  };
}

export function shownViews(commitment: Commitment, asOf: string, plain: Plain): Compared {
  const on = day(asOf);
  const situation = situationOf(commitment, on);
  const days = turnsOf(tariffRows(plain, asOf));
  const around = { milestones: () => undefined, exchangedFor: () => [], called: () => undefined };
  const record = recordOf(commitment, { asOf: on, knownAt: null, size: commitment.revision + 1 }, around);
  return {
    figures: figuresOn(situation).map(figureForm).toSorted(byText),
    tariffs: tariffsOf(situation)
      .map((row) => ({
        commitment: row.commitment,
        key: row.key,
        owedBy: row.owedBy.toSorted(),
        agreed: row.agreed,
        inForce: row.inForce,
        since: row.since ?? '',
        basis: row.basis,
        backdated: row.backdated === true,
        suspended: row.suspended === true,
        shown: [row.on, row.unit, row.qualifier, row.mfn, row.min, row.max, row.before].map((field) => field ?? null),
        spans: spansOn(
          days,
          row.spans.map(({ since, until = '9999-12-31', ...span }) => ({ since: since ?? '', until, ...span }) as Span),
        ),
      }))
      .toSorted(byText),
    running: record.terms
      .map(({ key, owedBy = [], inForce, alsoInForce = [], suspended }) => ({
        key,
        owedBy: owedBy.toSorted(),
        announcement: inForce?.announcement ?? null,
        since: inForce?.since ?? '',
        inForceFor: (inForce?.inForceFor ?? []).toSorted(),
        backdated: inForce?.backdated === true,
        amendedBy: inForce?.amendedBy ?? null,
        also: alsoInForce.map(({ announcement, since }) => `${announcement} ${since ?? ''}`),
        suspended: suspended === true,
      }))
      .toSorted(byText),
  };
}

/** What is in force for others than what is told, by which announcement and since when, each once. */
function alsoInForce(runs: readonly Run[], told: Run | undefined): string[] {
  const isOne = (a: Run, b: Run | undefined): boolean => a.effect.term === b?.effect.term && a.effect.basis === b.effect.basis;
  const inOrder = runs.toSorted(inOrderOfRuns).filter((run) => !isOne(run, told));
  const once = inOrder.filter((run, index) => inOrder.findIndex((other) => isOne(run, other)) === index);
  return once.map(({ effect, since }) => `${effect.basis.id} ${since}`);
}

function figureForm(figure: Figure): object {
  const { announcement, key, status, mode, inForce, owedBy = [], effective, stands, performance, met, correctedBy } = figure;
  const told = performance === undefined ? [] : Array.isArray(performance) ? performance : [performance];
  return {
    announcement,
    key,
    status,
    inForce: inForce === true,
    ...(effective !== undefined && { effective }),
    stands,
    ...(correctedBy !== undefined && { correctedBy }),
    ...(mode !== undefined && { mode }),
    ...(met && { met }),
    owedBy: owedBy.toSorted(),
    performance: told
      .map((one) => ({
        party: 'party' in one ? one.party : null,
        delivered: one.delivered ?? null,
        share: one.share ?? null,
        performed: one.performed ?? null,
      }))
      .toSorted(byText),
  };
}
