import { inflateSync } from 'node:zlib';
import { parseFragment } from 'parse5';
import { expect, test } from 'vitest';
import { cardSvg } from '../../../src/http/pictures/cardSvg.ts';
import { wrapped } from '../../../src/http/pictures/standalone.ts';
import { pngOf } from '../../../src/report/pdf.ts';
import { api } from '../../helpers/api.ts';
import { dollars, given, givenSummits, source } from '../../helpers/given.ts';

const cut = 'asOf=2025-09-30&size=88';
type Listed = { pictures: { name: string; title: string; words: string; svg: string; png: string; frame: string }[] };

async function listed(get: ReturnType<typeof api>['get'], view: string): Promise<Listed['pictures']> {
  const { status, text } = await get(`/pictures/${view}?${cut}`);
  expect([view, status]).toEqual([view, 200]);
  return (JSON.parse(text) as Listed).pictures;
}

test('each picture of a view stands by itself: its title, cut, source and words are in it, and nothing is fetched', async () => {
  const { get } = api(await givenSummits());
  const names: string[] = [];
  for (const view of ['alliance-costs', 'trade-terms', 'all']) {
    for (const { name, title, words, svg } of await listed(get, view)) {
      names.push(name);
      const { headers, text } = await get(svg);
      expect(headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8');
      expect(text).toContain(`<title id="picture-title">${title}</title>`);
      expect(text).toContain('The world up to 30 Sep 2025');
      expect(text).toContain('/ledgers/');
      expect(words.length).toBeGreaterThan(20);
      expect(text).not.toMatch(/<script|var\(|href=|url\((?!#)|@STYLE|NaN|undefined/);
      // Every colour and texture is in it: a class without a rule would be drawn black.
      const [, style = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
      for (const [, classes = ''] of text.matchAll(/<(?:rect|line|path|circle)[^>]* class="([^"]+)"/g))
        for (const one of classes.split(' ')) expect([name, one, style.includes(`.${one}`)]).toEqual([name, one, true]);
    }
  }
  expect(names).toEqual(expect.arrayContaining(['payments', 'spending', 'counts', 'obligations']));
  expect(names.filter((name) => name.startsWith('tariff-')).length).toBeGreaterThan(1);
});

test('the same cut gives the same picture, and a later recording does not change it', async () => {
  const base = await givenSummits();
  const { get } = api(base);
  const before = (await get(`/pictures/alliance-costs/payments.svg?asOf=2025-09-30&size=80`)).text;
  expect(await get(`/pictures/alliance-costs/payments.svg?asOf=2025-09-30&size=80`)).toMatchObject({ text: before });
  expect((await api(await givenSummits()).get(`/pictures/alliance-costs/payments.svg?asOf=2025-09-30&size=80`)).text).toBe(
    before,
  );
});

test('a picture of what a filter lets through names the filter in its address', async () => {
  const { get } = api(await givenSummits());
  const { text } = await get(`/pictures/trade-terms/obligations.svg?party=company:korean-air&${cut}`);
  expect(text).toContain('party=company');
  expect(text).not.toContain('US$350 billion');
});

test('only the form of a picture that is made for it may be framed by others, and any page may show the picture as an image', async () => {
  const { get } = api(await givenSummits());
  const framed = async (path: string): Promise<unknown[]> => {
    const { status, headers } = await get(path, { headers: { Accept: 'text/html' } });
    const [ancestors] = /frame-ancestors [^;]+/.exec(headers.get('Content-Security-Policy') ?? '') ?? [];
    return [status, ancestors, headers.get('X-Frame-Options'), headers.get('Cross-Origin-Resource-Policy')];
  };
  expect(await framed(`/pictures/trade-terms/obligations.html?${cut}`)).toEqual([
    200,
    'frame-ancestors *',
    null,
    'same-origin',
  ]);
  const closed = ["frame-ancestors 'none'", 'DENY'];
  expect(await framed(`/pictures/trade-terms/obligations.svg?${cut}`)).toEqual([200, ...closed, 'cross-origin']);
  for (const path of ['/', '/views/trade-terms', `/pictures/trade-terms?${cut}`, '/pictures/trade-terms/nothing.html'])
    expect((await framed(path)).slice(1, 3)).toEqual(closed);
});

test('a picture as PNG has two points a pixel, is the same each time, and any page may show it', async () => {
  const { app, get } = api(await givenSummits());
  const [first] = (await listed(get, 'alliance-costs')) as [Listed['pictures'][number]];
  const png = async (): Promise<[Response, Buffer]> => {
    const response = await app.request(first.png);
    return [response, Buffer.from(await response.arrayBuffer())];
  };
  const [response, bytes] = await png();
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'image/png']);
  expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec((await get(first.svg)).text) ?? [];
  const points = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  expect(points).toEqual([2 * Number(width), 2 * Number(height)]);
  // Its corner is the colour of the paper, and there is more than that in it.
  const start = bytes.indexOf('IDAT') + 4;
  const lines = inflateSync(bytes.subarray(start, start + bytes.readUInt32BE(start - 8)));
  expect(lines.length).toBe((3 * (points[0] ?? 0) + 1) * (points[1] ?? 0));
  expect(lines.subarray(1, 4).toString('hex')).toBe('fdfcf9');
  expect(new Set(lines).size).toBeGreaterThan(20);
  expect((await png())[1].equals(bytes)).toBe(true);
});

test('without the package that draws it a PNG is refused in one line that names it', async () => {
  const libraries = { compiler: '@myriaddreamin/typst-ts-node-compiler', drawer: 'no-such-drawer' };
  await expect(pngOf({ words: '', svg: '<svg/>', width: 1, height: 1 }, libraries)).rejects.toThrow(
    'PNG needs the optional package no-such-drawer, which is not installed',
  );
});

test('each form of a picture says where oEmbed answers for it', async () => {
  const { get } = api(await givenSummits());
  const [first] = (await listed(get, 'trade-terms')) as [Listed['pictures'][number]];
  for (const address of [first.svg, first.png, first.frame]) {
    const { headers, text } = await get(address);
    const [, found = ''] = /<([^>]+)>; rel="alternate"; type="application\/json\+oembed"/.exec(headers.get('Link') ?? '') ?? [];
    expect(JSON.parse((await get(found)).text)).toMatchObject({ type: 'rich', title: first.title });
    if (address === first.frame)
      expect(text).toContain('<link rel="alternate" type="application/json+oembed" href="/oembed?url=');
  }
});

test('oEmbed gives a frame of the size of the picture, narrower where less is asked for, and only for a picture', async () => {
  const { get } = api(await givenSummits());
  const [first] = await listed(get, 'trade-terms');
  const url = encodeURIComponent(first?.svg ?? '');
  const whole = JSON.parse((await get(`/oembed?url=${url}`)).text) as { html: string; width: number; height: number };
  const { text } = await get(first?.svg ?? '');
  expect(text).toContain(`width="${whole.width}" height="${whole.height}"`);
  const [frame] = parseFragment(whole.html).childNodes;
  expect(frame && 'attrs' in frame && frame.attrs.find(({ name }) => name === 'src')?.value).toMatch(
    /^http:\/\/localhost\/pictures\/trade-terms\/tariff-.*\.html\?asOf=2025-09-30&size=88$/,
  );
  const narrow = JSON.parse((await get(`/oembed?url=${url}&maxwidth=380`)).text) as typeof whole;
  expect([narrow.width, narrow.height]).toEqual([380, Math.ceil(whole.height / 2)]);
  for (const other of ['/views/all', 'https://example.org/', 'no address', '/pictures/all/none.svg'])
    expect((await get(`/oembed?url=${encodeURIComponent(other)}`)).status).toBe(404);
});

test('the page of the pictures has each with the words that say it, its code and a citation', async () => {
  const { get } = api(await givenSummits());
  const { text } = await get(`/pictures/alliance-costs?${cut}`, { headers: { Accept: 'text/html' } });
  expect(text.match(/<img src="\/pictures\/alliance-costs\/[a-z]+\.svg[^"]*" alt="[^"]{20}/g)).toHaveLength(3);
  expect(text).toContain('&lt;iframe src=');
  expect(text).toContain('as of 30 Sep 2025, by the first 88 events of its record');
  const view = await get('/views/alliance-costs', { headers: { Accept: 'text/html' } });
  expect(view.text).toContain('href="/pictures/alliance-costs"');
});

test('a report as Markdown holds the pictures of its view, and one of nothing drawn holds none', async () => {
  const { get } = api(await givenSummits());
  const { text } = await get(`/reports/trade-terms.md?${cut}`);
  const pictures = [...text.matchAll(/^\[picture \d+\]: data:image\/svg\+xml;base64,(.*)$/gm)].map(([, one = '']) =>
    Buffer.from(one, 'base64').toString(),
  );
  expect(pictures.length).toBe((await listed(get, 'trade-terms')).length);
  for (const one of pictures) expect(one).toMatch(/^<svg .*<\/svg>\s*$/s);
  expect((await get(`/reports/north-korea-policy.md?${cut}`)).text).not.toContain('picture');
});

test('hostile text in what is drawn is only text in a picture', async () => {
  const base = given(undefined, { older: true });
  const hostile = ['@STYLE@ <script>x</script>', ']]>', '</text></svg>', '\u202eabc', 'w'.repeat(20_000), '&amp;', '"><x y="'];
  for (const text of hostile) {
    const id = await base.open({ title: text.slice(0, 300), topic: 'alliance/x' });
    await base.say(id, 'pledged', {
      terms: [
        dollars('sum', '5', { text: text.slice(0, 300) }),
        { key: 'heads', kind: 'count', qualifier: 'exact', min: '5', max: '5', unit: text.slice(0, 300), text: 'five' },
        { key: 'rate', kind: 'tariff', on: text.slice(0, 300), to: '15', text: 'fifteen' },
      ],
      sources: [source],
    });
  }
  const { get } = api(base);
  const { pictures } = JSON.parse((await get('/pictures/all')).text) as Listed;
  expect(pictures.length).toBeGreaterThan(3);
  for (const { svg } of pictures) {
    const { status, text } = await get(svg);
    expect([svg, status]).toEqual([svg, 200]);
    const shown = text.replace(/<style>.*?<\/style>/s, '');
    expect(shown).not.toMatch(/<script|<x |\u202e(?!.*\u202c)/);
    expect(text.match(/<svg\b/g)?.length).toBe(text.match(/<\/svg>/g)?.length);
    expect(text.match(/<\/svg>\s*$/)).not.toBeNull();
  }
});

test('a shared link to a figure or a commitment says what it is, how firm, and as of when', async () => {
  const { get } = api(await givenSummits());
  const tag = (text: string, name: string): string =>
    new RegExp(`<meta property="og:${name}" content="([^"]*)">`).exec(text)?.[1] ?? '';
  const commitment = await get(`/commitments/01K38TCSG01P8WHPQX4R74FFK2?${cut}`, { headers: { Accept: 'text/html' } });
  expect(tag(commitment.text, 'description')).toMatch(/^South Korea → United States: formalised .*30 Sep 2025/);
  const figure = await get(`/figures/01K38TCSG0E13T5MGP7VBN82TM/total?${cut}`, { headers: { Accept: 'text/html' } });
  expect(tag(figure.text, 'title')).toMatch(/^US\$350 billion: /);
  expect(tag(figure.text, 'description')).toContain('pledged');
});

test('a shared link shows a picture of its cut, which any page may show and which is the same each time', async () => {
  const { app, get } = api(await givenSummits());
  for (const path of ['/commitments/01K38TCSG01P8WHPQX4R74FFK2', '/figures/01K38TCSG0E13T5MGP7VBN82TM/total']) {
    const { text } = await get(`${path}?asOf=2025-09-30`, { headers: { Accept: 'text/html' } });
    const [, image = ''] = /<meta property="og:image" content="([^"]*)">/.exec(text) ?? [];
    expect(image).toBe(`http://localhost${path}/card.png?asOf=2025-09-30&amp;size=88`);
    const drawn = async (): Promise<Response> => app.request(image.replace('&amp;', '&'));
    const card = await drawn();
    expect([card.status, card.headers.get('Content-Type')]).toEqual([200, 'image/png']);
    expect(card.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    const bytes = Buffer.from(await card.arrayBuffer());
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
    expect(bytes.equals(Buffer.from(await (await drawn()).arrayBuffer()))).toBe(true);
  }
  for (const path of ['/commitments/01K38TCSG0000000000000000Z', '/figures/01K38TCSG0E13T5MGP7VBN82TM/none'])
    expect((await get(`${path}/card.png`)).status).toBe(404);
});

test('a share card has room for any title, and says where it leaves words out', async () => {
  const words = 'word '.repeat(200);
  const svg = await cardSvg({ title: words, description: '</text>'.repeat(90) }, 'Commitments ledger');
  expect(svg.match(/<text /g)).toHaveLength(10);
  expect(svg.match(/…<\/text>/g)).toHaveLength(2);
  expect(svg.match(/<\/text>/g)).toHaveLength(10);
});

test('the pictures of a report of one commitment are headed by its title', async () => {
  const { get } = api(await givenSummits());
  const { text } = await get(`/commitments/01K38TCSG0D83FFH9B8VC8WDMT?${cut}&format=md`);
  const [, picture = ''] = /^\[picture 1\]: data:image\/svg\+xml;base64,(.*)$/m.exec(text) ?? [];
  expect(Buffer.from(picture, 'base64').toString()).toMatch(
    /<title[^>]*>[^<]*US\$350bn investment package[^<]*: asked, agreed and paid</,
  );
});

test('a word that is longer than a line breaks, and is set apart from the one before', () => {
  const [first, ...rest] = wrapped(`Source · ${'w'.repeat(40)}`, 200);
  expect(first).toMatch(/^Source · w+$/);
  expect(rest.join('')).toMatch(/^w+$/);
});
