/**
 * How those who are no countries are called, by code. Answers give them in order of codes, so equal cuts give equal bytes however the
 * answer was made.
 */
export type Names = Record<string, string>;

/** What `called` knows of these codes; undefined where it knows none. */
export function namesOf(codes: Iterable<string>, called: (code: string) => string | undefined): Names | undefined {
  let names: Names | undefined;
  for (const code of [...codes].sort()) {
    const name = called(code);
    if (name !== undefined) (names ??= {})[code] = name;
  }
  return names;
}

/** The names of several answers in one; of two for one code, the later. */
export function allNames(several: Iterable<Names | undefined>): Names {
  const known: Names = Object.assign({}, ...several);
  return namesOf(Object.keys(known), (code) => known[code]) ?? {};
}
