import type { CutAnswer } from '../../../projections/cut.ts';

/** The cut as given in the address; no parameters for the newest answer. */
export type Asked = {
  readonly asOf?: string | undefined;
  readonly knownAt?: string | undefined;
  readonly size?: string | undefined;
};

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Makes a link that keeps the cut: a path such as `/views/trade-terms`, further parameters, and a fragment without `#`. */
export type CutLinks = (path: string, query?: Query, fragment?: string) => string;

/** An address of this service that keeps the cut as it was asked for. */
export function link(path: string, { asOf, knownAt, size }: Asked, query: Query = {}, fragment?: string): string {
  const parameters = new URLSearchParams();
  for (const all of [query, { asOf, knownAt, size } satisfies Query]) {
    for (const [name, value] of Object.entries(all)) {
      if (value !== undefined && value !== '') parameters.set(name, String(value));
    }
  }
  return path + (parameters.size > 0 ? `?${parameters.toString()}` : '') + (fragment === undefined ? '' : `#${fragment}`);
}

export function linksOf(asked: Asked): CutLinks {
  return (path, query, fragment) => link(path, asked, query, fragment);
}

/** The parameters that give the same answer for ever. */
export function permanent({ asOf, size }: CutAnswer): Asked {
  return { asOf, size: String(size) };
}
