import type { z } from 'zod';
import { all, allianceCosts, japanCooperation, northKoreaPolicy, tradeTerms } from './builtIn.ts';
import type { AnyAnswer, Definition, ViewInput } from './view.ts';
import type { Filter } from '../filter.ts';

/** The built-in views of one topic each, and all that there are. */
export const views = [allianceCosts, tradeTerms, northKoreaPolicy, japanCooperation] as const;
export const builtIn: readonly View[] = [...views, all];

/** A view that can be asked, whether it is built in or a desk's own. */
export type View = Defined & {
  readonly definition: Defined;
  /** Which commitments it takes. */
  readonly filter: Filter;
  readonly schema: z.ZodType<AnyAnswer>;
  readonly answering: (input: ViewInput) => Generator<undefined, AnyAnswer>;
};
/** A definition, read-only. */
type Defined = { readonly [Field in keyof Definition]: Readonly<Definition[Field]> };

export function viewNamed(name: string, among: readonly View[] = builtIn): View | undefined {
  return among.find((view) => view.name === name);
}
