import type { Cut } from '../../../projections/cut.ts';
import { type View, viewNamed } from '../../../projections/views/views.ts';
import { definitionsIn } from '../../read/definitions.ts';
import type { Reader } from '../../read/queries.ts';
import { viewsHolding } from '../../read/viewAt.ts';
import { refusal } from '../problems.ts';

/** The view of this name; throws a problem that lists the views that hold something at the cut. */
export function viewAsked(reader: Reader, name: string, cut: Cut): View {
  const { views } = definitionsIn(reader);
  const view = viewNamed(name, views);
  if (view) return view;
  const there = viewsHolding(reader, views, cut).map((one) => one.name);
  throw refusal('not-found', `expected a view${there.length > 0 ? ` (${there.join(', ')})` : ''}, found "${name}"`);
}
