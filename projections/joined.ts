/** Lists that are joined of parts. Most parts come again in the next list, so what is made of one, its JSON, is kept with it. */

/** Values that do not change any more. `json`: their JSON in UTF-8, each with a comma before it, once it was made. */
export type Part<Value = unknown> = { readonly values: readonly Value[]; json?: Uint8Array<ArrayBuffer> };

const parts = Symbol('parts');

/** A list of all values of some parts, which must not change any more. */
export function joinedOf<Value>(own: readonly Part<Value>[]): Value[] {
  const list = own.flatMap(({ values }) => values);
  // With the list itself, since nothing is remembered here; nobody who looks through its values sees it.
  Object.defineProperty(list, parts, { value: own });
  return list;
}

/** The parts of which a list was joined; undefined where it was not. */
export function partsOf(list: readonly unknown[]): readonly Part[] | undefined {
  return (list as { readonly [parts]?: readonly Part[] })[parts];
}
