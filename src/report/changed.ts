import { whenInWords } from '../../domain/dates.ts';
import type { Report } from '../../projections/report.ts';
import { fieldInWords, transition } from '../wording/changes.ts';
import { alone } from '../wording/direction.ts';
import { partiesInWords, totalInWords } from '../wording/called.ts';
import type { Block, Chapter } from './document.ts';

/** What changed since an earlier report, in the commitments that this one shows and in its totals. */

const maxChanged = 60;
const maxFields = 20;

export function changed({ changes }: Report): Chapter[] {
  if (!changes) return [];
  const { commitments, totals } = changes;
  const since = `event ${changes.from.size}, as of ${whenInWords(changes.from.asOf)}`;
  const blocks = [
    ...commitments.slice(0, maxChanged).flatMap(({ title, opened, fields, names }): Block[] => [
      { as: 'heading', text: [`${alone(title)}${opened ? ': new in this record' : ''}`] },
      {
        as: 'list',
        items: fields
          .slice(0, maxFields)
          .map(({ field, before, after, of }) => [
            `${fieldInWords(field, names)}: ${transition(before, after, { names, of })}`,
          ]),
      },
      ...more(fields.length - maxFields),
    ]),
    ...more(commitments.length - maxChanged),
    ...totals.map(({ before, after, names }): Block => {
      const payer = partiesInWords((after ?? before)?.payer.split('+') ?? [], names);
      const [was, is] = [before, after].map((total) => (total ? totalInWords(total) : 'nothing'));
      return { as: 'paragraph', text: [`${payer}, in all: ${was} → `, { strong: is ?? '' }] };
    }),
  ];
  const nothing: Block = { as: 'paragraph', text: [`Nothing in this report has changed since ${since}.`] };
  return [{ id: 'changed', title: `What changed since ${since}`, blocks: blocks.length === 0 ? [nothing] : blocks }];
}

function more(count: number): Block[] {
  return count <= 0 ? [] : [{ as: 'paragraph', text: [`${count} more are in the JSON of this report.`] }];
}
