import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import type { FormName } from '../report/formats.ts';
import { papers } from '../report/pdfData.ts';
import { refuseUnacceptable, reportWanted, varyByAccept, wantsAtom, wantsPage } from './forms.ts';
import type { Sent } from './json.ts';
import { badParameters, detailOf, problemResponses } from './problems.ts';

/** What an address with several forms declares for the OpenAPI document. */
type Route = RouteConfig & {
  readonly method: 'get';
  readonly request: { readonly params?: z.ZodType; readonly query: z.ZodType };
  readonly responses: { readonly 200: { readonly content: { readonly 'application/json': { readonly schema: z.ZodType } } } };
};

/** The parameters of a request, checked by the schemas of the route. */
export type Asked<R extends Route, P extends z.ZodType = R['request']['query']> = {
  readonly params: z.output<NonNullable<R['request']['params']>>;
  readonly query: z.output<P>;
};

type Json<R extends Route> = z.output<R['responses'][200]['content']['application/json']['schema']>;

/** What was typed into a form, and what was wrong with it. */
export type WrongPage = { readonly detail: string; readonly typed: Readonly<Record<string, string>> };

/** One question and the forms of its answer. What only one form needs is computed by that form. */
export type Forms<R extends Route, V, P extends z.ZodType = R['request']['query']> = {
  /** The query of the page, where the page has parameters that the other forms do not have. */
  readonly pageQuery?: P;
  /** Settles the cut and finds the answer; throws a problem where it cannot. */
  readonly ask: (asked: Asked<R, P>) => Promise<V>;
  readonly json: (c: Request, value: V) => Promise<Sent<Json<R>>>;
  readonly page: (c: Request, value: V) => Promise<Response>;
  /** Where the parameters of a page are refused: its form with what was typed, instead of the problem page. */
  readonly wrongPage?: (c: Request, wrong: WrongPage) => Promise<Response>;
  readonly atom?: (c: Request, value: V) => Promise<Response>;
  /** The answer as a report, in a form to compute with or to print. */
  readonly report?: (c: Request, value: V, wanted: ReportWanted) => Promise<Response>;
};

/** The parameters of a report besides those of its answer. */
export const formParameters = {
  table: z.string().max(64).optional().describe('Of CSV: which table; without it the first, and codebook says which there are'),
  mark: z.enum(['true', 'false']).optional().describe('Of CSV: whether it begins with the byte order mark of UTF-8'),
  paper: z.enum(papers).optional().describe('Of PDF: the size of its pages; a4 by default'),
};
const formQuery = z.object(formParameters);

/** The form of report wanted, with the table of CSV and the paper of PDF. */
export type ReportWanted = z.output<typeof formQuery> & { readonly form: Exclude<FormName, 'json'> };

/**
 * Declares an address. It parses and refuses each request once, whatever form is wanted, and every form is made from the same
 * value. A request that prefers a page, a feed or a report gets it; any other gets JSON; one that accepts none of these is
 * refused (RFC 9110, section 15.5.7).
 */
export function answerAt<R extends Route, V, P extends z.ZodType = R['request']['query']>(
  app: OpenAPIHono,
  route: R,
  { pageQuery, ask, ...forms }: Forms<R, V, P>,
): void {
  const { query, params } = route.request;
  const documented = forms.report && query instanceof z.ZodObject ? query.extend(formParameters) : query;
  app.openAPIRegistry.registerPath({
    ...route,
    request: { ...route.request, query: documented },
    responses: { ...route.responses, ...problemResponses(406) },
  });
  const path = route.path.replaceAll(/\{(.+?)\}/g, ':$1');
  const types = ['text/html', ...Object.keys(route.responses[200].content)];
  app.get(path, varyByAccept, async (c) => {
    const form = forms.report && reportWanted(c);
    const isPage = form === undefined && wantsPage(c);
    const wrong = isPage && forms.wrongPage ? wrongIn(c, pageQuery ?? query) : undefined;
    if (wrong && forms.wrongPage) return forms.wrongPage(c, wrong);
    const { table, mark, paper, ...others } = c.req.query();
    const asked = {
      query: isPage ? pageQueryOf(c, pageQuery ?? query) : checked(query, form === undefined ? c.req.query() : others),
      params: params && checked(params, c.req.param()),
    } as Asked<R, P>;
    const value = await ask(asked);
    refuseUnacceptable(c, types);
    if (form !== undefined && forms.report)
      return forms.report(c, value, { form, ...checked(formQuery, { table, mark, paper }) });
    if (isPage) return forms.page(c, value);
    return forms.atom && wantsAtom(c) ? forms.atom(c, value) : forms.json(c, value);
  });
}

function wrongIn(c: Request, schema: z.ZodType): WrongPage | undefined {
  const typed = typedIn(c);
  const { error } = schema.safeParse(typed, { reportInput: true });
  return error && { detail: detailOf(error), typed };
}

/** The parameters of a page. A form also sends its empty fields, which count as absent. */
export function pageQueryOf<S extends z.ZodType>(c: Request, schema: S): z.output<S> {
  return checked(schema, typedIn(c));
}

function typedIn(c: Request): Record<string, string> {
  return Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ''));
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (!result.success) throw badParameters(result.error);
  return result.data;
}
