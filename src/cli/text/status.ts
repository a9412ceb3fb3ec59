import { whenInWords } from '../../../domain/dates.ts';
import type { Source } from '../../../domain/announcement.ts';
import type { Figure } from '../../../projections/figures.ts';
import {
  isAgreed,
  type CommitmentRecord,
  type InForceAnswer,
  type Line,
  type StandingTerm,
} from '../../../projections/record.ts';
import { asidesOfTerm } from '../../wording/announcement.ts';
import { type Piece, piecesInWords } from '../../wording/pieces.ts';
import {
  asidesOfFigure,
  boundInWords,
  endedInWords,
  inForceInWords,
  instrumentInWords,
  noticeInWords,
  performanceInWords,
  performancesOf,
  suspensionInWords,
} from '../../wording/standing.ts';
import { directionInShort, figureInWords, partyInWords, speakersInWords, statusInWords } from '../../wording/values.ts';
import { warningsInWords } from '../../wording/warnings.ts';
import { spoken } from '../../wording/said.ts';

/** A commitment on a day, as rows for a terminal: its stage, what stands beside it, and its figures. */

type Names = Readonly<Record<string, string>> | undefined;

/** The stage, what stands beside it, each figure with its deliveries, then disputes and warnings. */
export function printStatus(line: Line): string[] {
  const { names } = line;
  const since = line.stageSince ? ` since ${whenInWords(line.stageSince.day)}` : '';
  // Who is bound and who is not is listed below, by name.
  const direction = directionInShort(line.from, line.to, names);
  const performance = line.performance === 'none' ? '' : ` · performed: ${line.performance}`;
  return [
    `  ${direction} · ${line.stage.toUpperCase()}${since}${performance} · ${line.commitment}`,
    ...printBeside(line),
    ...printFigures(line.figures, { obligors: line.from, names }),
    ...line.contested.flatMap((dispute) => [
      `  ≠ CONTESTED since ${whenInWords(dispute.since)} (${dispute.ground})`,
      ...dispute.readings.flatMap((reading) => [
        `      ${partyInWords(reading.party, names)}: ${reading.text}`,
        ...(reading.translation === undefined ? [] : [`        in English: ${reading.translation}`]),
        `        ${sourcesInWords(reading.sources)}`,
      ]),
    ]),
    ...warningsInWords(line.warnings).map((words) => `  ◷ ${words}`),
  ];
}

/** How it ended, what is suspended or announced, who is bound and who is not, and by which instrument: one row each. */
function printBeside({ ended, suspended, notices, bound, instrument, names }: Line): string[] {
  const said: (readonly Piece[])[] = [
    ...(ended ? [endedInWords(ended)] : []),
    ...suspended.map((one) => [...suspensionInWords(one), ', said by ', { speakers: one.saidBy }]),
    ...notices.map(noticeInWords),
    ...boundInWords(bound),
    ...(instrument ? [instrumentInWords(instrument)] : []),
  ];
  return said.map((pieces) => `  ${piecesInWords(pieces, { names })}`);
}

type Shown = { readonly obligors: readonly string[]; readonly names: Names };

/** Each figure, with its deliveries under an agreed one; deliveries of nothing shown come by themselves. */
function printFigures(figures: readonly Figure[], shown: Shown): string[] {
  const agreed = figures.filter(({ status }) => isAgreed(status));
  const isListed = (delivery: Figure): boolean => agreed.some((one) => isDelivered(one, delivery));
  return figures
    .filter((one) => one.status !== 'delivered' || !isListed(one))
    .flatMap((one) => [...printFigure(one, shown), ...(isAgreed(one.status) ? printDeliveries(one, figures, shown) : [])]);
}

/** Whether a delivery belongs to this figure: of its key, by one of those who owe it. */
function isDelivered(agreed: Figure, delivery: Figure): boolean {
  if (delivery.status !== 'delivered' || ('role' in delivery && delivery.role === 'reference')) return false;
  const key = 'delivers' in delivery && delivery.delivers !== undefined ? delivery.delivers : delivery.key;
  return key === agreed.key && (delivery.owedBy?.some((party) => agreed.owedBy?.includes(party)) ?? true);
}

const inner = ' '.repeat(13);

/** How much of a promised figure was delivered, and each delivery with who said it. */
export function printDeliveries(agreed: Figure, figures: readonly Figure[], { obligors, names }: Shown): string[] {
  const sums = performancesOf(agreed).map((one) => inner + piecesInWords(performanceInWords(agreed, one), { names }));
  const each = figures
    .filter((one) => isDelivered(agreed, one))
    .map((one) => {
      // A delivery is listed under what it delivers. Who delivered it is shown only where that is not simply everyone who owes
      // it.
      const { owedBy, ...rest } = { ...one, delivers: undefined };
      const isByAll = owedBy === undefined || owedBy.join() === agreed.owedBy?.join();
      const asides = asidesOfFigure(isByAll ? rest : { ...rest, owedBy }, obligors);
      const said = [figureInWords(one), ...asides.map((pieces) => piecesInWords(pieces, { names }))].filter(Boolean);
      return `${inner}+ ${said.join(', ')}  ${spoken(one.text, one.quoted)} · ${saidInWords(one, names)}`;
    });
  return [...sums, ...each];
}

/** A figure with its limits and words, and who said it, when and where. */
export function printFigure(figure: Figure, shown: Shown): string[] {
  return [
    `  ${figureInRow(figure, shown)}`,
    ...(figure.translation === undefined ? [] : [`${inner}in English: ${figure.translation}`]),
    `${inner}${saidInWords(figure, shown.names)} · key ${figure.key}`,
  ];
}

/** How firm a figure is, with its limits and words. */
export function figureInRow(figure: Figure, { obligors, names }: Shown): string {
  const status = statusInWords(figure).padEnd(10);
  const said = [
    figure.kind === 'condition' ? 'condition' : figureInWords(figure),
    ...asidesOfFigure(figure, obligors).map((pieces) => piecesInWords(pieces, { names })),
    figure.inForce ? 'in force' : undefined,
    isAgreed(figure.status) && !figure.stands ? 'stands no longer' : undefined,
  ].filter(Boolean);
  return `${status} ${said.length === 0 ? '' : `${said.join(', ')}  `}${spoken(figure.text, figure.quoted)}`;
}

/** What is in force under each key, in its own words, and a newer standing figure that nothing has put in force yet. */
export function printInForce({ terms, inForce, names }: CommitmentRecord): string[] {
  const rows = [
    ...terms.flatMap((term) => {
      const { key, inForce: run, alsoInForce = [] } = term;
      if (!run) return term.suspended ? [`${key}: suspended`] : [];
      const owedBy = terms.flatMap((one) => (one.key === key ? (one.owedBy ?? []) : []));
      return [run, ...alsoInForce].flatMap((one) => printRun(one, names, { ...term, owedBy }));
    }),
    ...inForce.flatMap((run) => printRun(run, names)),
  ];
  return [...new Set(rows)];
}

function printRun(run: InForceAnswer, names: Names, term?: StandingTerm): string[] {
  const { owedBy: _owedBy, effective: _effective, ...own } = run;
  const asides = asidesOfTerm(own).map((pieces) => piecesInWords(pieces, { names }));
  const said = [figureInWords(run), ...asides].filter(Boolean).join(', ');
  const words = spoken(run.text, term?.text === run.text && term.quoted);
  return [
    `${run.key}, ${piecesInWords(inForceInWords(run, term?.owedBy), { names })}: ${said === '' ? '' : `${said}  `}${words}`,
    ...(run.translation === undefined ? [] : [`  in English: ${run.translation}`]),
    ...(run.amendedBy === undefined ? [] : [`  a newer figure stands, which nothing puts in force yet: ${run.amendedBy}`]),
  ];
}

/** Who said it, when, in which sources, and whether our record of it was corrected. */
function saidInWords({ saidBy, happened, sources, correctedBy }: Figure, names: Names): string {
  const corrected = correctedBy ? ' · ✎ record corrected' : '';
  return `${speakersInWords(saidBy, names)} · ${whenInWords(happened)} · ${sourcesInWords(sources)}${corrected}`;
}

function sourcesInWords(sources: readonly Source[]): string {
  const [first, ...more] = sources;
  return first ? first.publisher + (more.length > 0 ? ` and ${more.length} more` : '') : '';
}
