import { answerCut, type Cut } from '../../../projections/cut.ts';
import type { View } from '../../../projections/views/views.ts';
import { cutInWords } from '../../wording/values.ts';
import { link, permanent } from '../page/links.ts';
import type { Around, Chart } from './standalone.ts';

/** The pictures of a view at a cut, for the commitments that filters let through. */
export type Pictures = {
  readonly view: View;
  readonly cut: Cut;
  readonly filters: Readonly<Record<string, string | undefined>>;
  readonly charts: readonly Chart[];
};

/** The address of a picture: `/pictures/trade-terms/payments.svg?asOf=…&size=…`. */
export function pictureAddress(
  { view, cut, filters }: Omit<Pictures, 'charts'>,
  name: string,
  form: 'svg' | 'png' | 'html',
): string {
  return link(`/pictures/${view.name}/${name}.${form}`, permanent(answerCut(cut)), filters);
}

/** The cut and source that a picture shows. */
export function aroundOf(found: Omit<Pictures, 'charts'>, ledger: string, name: string): Around {
  const source = `Commitments ledger ${ledger} · ${pictureAddress(found, name, 'svg')}`;
  return { cut: `${cutInWords(answerCut(found.cut))}.`, source };
}
