import { hash } from 'node:crypto';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { answerCut, cutAnswer } from '../../../projections/cut.ts';
import type { Reader } from '../../read/queries.ts';
import { viewAt } from '../../read/viewAt.ts';
import { pngOf } from '../../report/pdf.ts';
import { answerAt, pageQueryOf } from '../address.ts';
import { json } from '../bodies.ts';
import { digestOf, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutParameters } from '../cuts.ts';
import { filterOf, filterParameters, filtersIn } from '../filters.ts';
import { originOf } from '../hosts.ts';
import { sendJson } from '../json.ts';
import { frameAt } from '../page/frame.ts';
import { html, madeBefore, sent } from '../page/html.ts';
import { link, permanent } from '../page/links.ts';
import { send } from '../page/shell.ts';
import { problemResponses, refusal } from '../problems.ts';
import { madeOrProblem } from '../reports/sending.ts';
import { letFrame } from '../securityHeaders.ts';
import { viewAsked } from '../views/viewAsked.ts';
import { chartsOf } from './charts.ts';
import { drawnStyle } from './drawnStyle.ts';
import { aroundOf, pictureAddress, type Pictures } from './pictureAddress.ts';
import { frameCode, frameSize, picturesPage } from './picturesPage.ts';
import { type Chart, sizeOf, svgOf } from './standalone.ts';

/** The charts of views by address: as SVG and PNG, in a frame for other sites, and by oEmbed. */

const pictureQuery = z.strictObject({ ...cutParameters, ...filterParameters });

const picture = z.object({
  name: z.string(),
  title: z.string(),
  words: z.string().describe('The picture in sentences'),
  svg: z.string().describe('Its address'),
  png: z.string().describe('The same as PNG'),
  frame: z.string().describe('The address for an iframe'),
});
const pictureList = z.object({ view: z.string(), pictures: z.array(picture), cut: cutAnswer }).meta({ id: 'Pictures' });

const list = createRoute({
  method: 'get',
  path: '/pictures/{view}',
  summary: 'The pictures of a view that can stand by themselves',
  request: { params: z.object({ view: z.string().describe('See /views') }), query: pictureQuery },
  responses: { 200: { description: 'In the order of its page', content: json(pictureList) }, ...problemResponses(400, 404) },
});

const one = createRoute({
  method: 'get',
  path: '/pictures/{view}/{picture}',
  summary: 'One picture, as SVG (payments.svg), PNG (payments.png) or a page that other sites may frame (payments.html)',
  request: {
    params: z.object({ view: z.string().describe('See /views'), picture: z.string().describe('See /pictures/{view}') }),
    query: pictureQuery,
  },
  responses: {
    200: {
      description: 'The picture, with its title, cut and source in it',
      content: {
        'image/svg+xml': { schema: z.string() },
        'image/png': { schema: z.string().meta({ format: 'binary' }) },
        'text/html': { schema: z.string() },
      },
    },
    ...problemResponses(400, 404),
  },
});

const size = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, 'expected a number of pixels')
  .optional();
const oembedQuery = z.strictObject({
  url: z.string().max(4000).describe('The address of a picture of this service'),
  format: z.enum(['json']).optional(),
  maxwidth: size,
  maxheight: size,
});
const oembed = z
  .object({
    version: z.literal('1.0'),
    type: z.literal('rich'),
    title: z.string(),
    provider_name: z.string(),
    html: z.string(),
    width: z.int(),
    height: z.int(),
  })
  .meta({ id: 'OEmbed' });

const embed = createRoute({
  method: 'get',
  path: '/oembed',
  summary: 'How to embed a picture (oEmbed 1.0): a frame of its size',
  request: { query: oembedQuery },
  responses: { 200: { description: 'The frame', content: json(oembed) }, ...problemResponses(400, 404) },
});

async function picturesOf(reader: Reader, name: string, query: z.output<typeof pictureQuery>): Promise<Pictures> {
  const cut = await cutOf(reader, query);
  const view = viewAsked(reader, name, cut);
  return { view, cut, filters: filtersIn(query), charts: await chartsOf(await viewAt(reader, view, cut, filterOf(query))) };
}

function chartIn({ charts, view }: Pictures, name: string): Chart {
  const found = charts.find((one) => one.name === name);
  if (found) return found;
  const there = charts.map((one) => one.name).join(', ') || 'none';
  throw refusal('not-found', `expected a picture of ${view.name} at this cut (${there}), found "${name.slice(0, 120)}"`);
}

/** The content security policy of a picture: it may use its own style. Only the form made for it may be framed. */
function policy(framed: boolean): string {
  const own = `style-src 'sha256-${hash('sha256', drawnStyle, 'base64')}' 'sha256-${hash('sha256', frameStyle, 'base64')}'`;
  return `default-src 'none'; ${own}; base-uri 'none'; form-action 'none'; frame-ancestors ${framed ? '*' : "'none'"}`;
}

const frameStyle = 'body{margin:0}svg{max-width:100%;height:auto;display:block}';

export function addPictures(app: OpenAPIHono, context: Context): void {
  const { reader, site = {}, version = '' } = context;
  answerAt(app, list, {
    ask: async ({ params, query }) => ({ query, found: await picturesOf(reader, params.view, query) }),
    json: async (c, { found }) => {
      tagCuts(c, reader, version, [found.cut], { parts: [digestOf(JSON.stringify(found.view.definition))] });
      const pictures = found.charts.map(({ name, title, words }) => {
        const at = (form: 'svg' | 'png' | 'html'): string => pictureAddress(found, name, form);
        return { name, title, words, svg: at('svg'), png: at('png'), frame: at('html') };
      });
      return sendJson(c, { view: found.view.name, pictures, cut: answerCut(found.cut) });
    },
    page: async (c, { query, found }) =>
      send(c, await picturesPage(found, { origin: originOf(c, site), ...(await frameAt(reader, found.cut, query)) })),
  });

  app.openAPIRegistry.registerPath(one);
  app.get('/pictures/:view/:picture', async (c) => {
    const [, name = '', form] = /^(.*?)(?:\.([a-z]*))?$/.exec(c.req.param('picture')) ?? [];
    if (form !== 'svg' && form !== 'png' && form !== 'html')
      throw refusal('not-found', `expected a picture as svg, png or html, found "${(form ?? '').slice(0, 80)}"`);
    const found = await picturesOf(reader, c.req.param('view'), pageQueryOf(c, pictureQuery));
    const chart = chartIn(found, name);
    tagCuts(c, reader, version, [found.cut], { parts: [form, digestOf(JSON.stringify(found.view.definition))] });
    const svg = await svgOf(chart, aroundOf(found, reader.log.ledger, name));
    c.header('Content-Security-Policy', policy(form === 'html'));
    const embedding = link('/oembed', {}, { url: pictureAddress(found, name, 'svg') });
    // Lets programs that have the address find out how to embed it (oEmbed 1.0, section 4).
    c.header('Link', `<${embedding}>; rel="alternate"; type="application/json+oembed"`, { append: true });
    if (form !== 'html') {
      // Other sites may show it as an image.
      c.header('Cross-Origin-Resource-Policy', 'cross-origin');
      if (form === 'svg') return c.body(svg, 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' });
      const drawn = { words: chart.words, svg, ...sizeOf(svg) };
      return c.body(await madeOrProblem(async () => pngOf(drawn)), 200, { 'Content-Type': 'image/png' });
    }
    letFrame(c);
    const address = `${originOf(c, site)}${link(`/views/${found.view.name}`, permanent(answerCut(found.cut)), found.filters)}`;
    const framed = await sent(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${chart.title}</title><link rel="alternate" type="application/json+oembed" href="${embedding}"><style>${madeBefore(frameStyle)}</style></head>
<body><a href="${address}" target="_blank" rel="noopener">${madeBefore(svg)}</a></body></html>`);
    return c.body(framed, 200, { 'Content-Type': 'text/html; charset=utf-8' });
  });
  addOEmbed(app, context);
}

function addOEmbed(app: OpenAPIHono, { reader, site = {}, version = '' }: Context): void {
  app.openapi(embed, async (c) => {
    const { url, maxwidth } = c.req.valid('query');
    const asked = URL.canParse(url, originOf(c, site)) ? new URL(url, originOf(c, site)) : undefined;
    const [, view, name] = /^\/pictures\/([a-z0-9-]+)\/([\w-]+)\.(?:svg|png|html)$/.exec(asked?.pathname ?? '') ?? [];
    const query = pictureQuery.safeParse(Object.fromEntries(asked?.searchParams ?? []));
    if (view === undefined || name === undefined || !query.success)
      throw refusal(
        'not-found',
        'expected url to be the address of a picture of this service, such as /pictures/all/payments.svg',
      );
    const found = await picturesOf(reader, view, query.data);
    const chart = chartIn(found, name);
    const svg = await svgOf(chart, aroundOf(found, reader.log.ledger, name));
    const { width, height } = frameSize(svg, maxwidth === undefined ? undefined : Number(maxwidth));
    tagCuts(c, reader, version, [found.cut], { parts: [digestOf(JSON.stringify(found.view.definition))] });
    const frame = await frameCode(found, chart, { origin: originOf(c, site), width, height });
    const { title } = chart;
    return c.json(
      {
        version: '1.0' as const,
        type: 'rich' as const,
        title,
        provider_name: 'Commitments ledger',
        html: frame,
        width,
        height,
      },
      200,
    );
  });
}
