import { type View, viewNamed, views } from '../../../projections/views/views.ts';

/** The view of this name. Throws what there is instead. */
export function viewOf(name: string): View {
  const view = viewNamed(name);
  if (!view) throw new Error(`expected a view (${views.map((one) => one.name).join(', ')}), found "${name}"`);
  return view;
}
