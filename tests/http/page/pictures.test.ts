import fc from 'fast-check';
import { html } from 'hono/html';
import { expect, test } from 'vitest';
import { formatDay, parseDay } from '../../../domain/dates.ts';
import type { Html } from '../../../src/http/page/html.ts';
import {
  clocksLarge,
  clocksPicture,
  type Corner,
  type Recordings,
  type RecordSpan,
} from '../../../src/http/page/pictures/clocks.ts';
import { dayScale, dayTicks } from '../../../src/http/page/pictures/days.ts';
import { axis, type Bar, emptyBar, keyFor, partBars, rangeBars } from '../../../src/http/page/pictures/rangeBar.ts';
import { scaleFor } from '../../../src/http/page/pictures/scale.ts';
import { sizes } from '../../../src/http/page/pictures/sizes.ts';
import { type Steps, stepsKey, stepsPicture } from '../../../src/http/page/pictures/steps.ts';
import { onAxis } from '../../../src/wording/values.ts';
import { boxesOf, leaving, overlapping } from '../../helpers/boxes.ts';

/** Half of the widest line that a shape is drawn with, px. */
const stroke = { left: 2, right: 2 };
const widths = [280, 354, 640];
const dollars = (value: string): string => onAxis(value, { kind: 'money', currency: 'USD' });
const day = (text: string): number => parseDay(text) ?? NaN;
const moment = (text: string): number => Date.parse(`${text}T12:00:00Z`);

/** What a template gives is a string, or a promise of one when something in it is; in pictures nothing is. */
const source = (picture: Html): string => (picture as string).concat('');

const qualifiers = ['exact', 'about', 'more-than', 'at-least', 'up-to', 'less-than', 'between'] as const;
const statuses = ['proposed', 'pledged', 'formalised', 'delivered', 'observed'] as const;

/** Whole values from 1 to 10^15, small and huge ones alike likely, some with decimals. */
const values = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 10, max: 99 }), fc.constantFrom('', '.5', '.0625'))
  .map(([exponent, digits, decimals]) => ((BigInt(digits) * 10n ** BigInt(exponent)) / 10n).toString() + decimals);

const bars: fc.Arbitrary<Bar> = fc
  .record({
    qualifier: fc.constantFrom(...qualifiers),
    status: fc.constantFrom(...statuses),
    asHighAs: fc.boolean(),
    one: values,
    other: values,
  })
  .map(({ qualifier, status, asHighAs, one, other }) => {
    const [min, max] = Number(one) <= Number(other) ? [one, other] : [other, one];
    if (qualifier === 'between') return { qualifier, status, asHighAs, min, max };
    if (qualifier === 'more-than' || qualifier === 'at-least') return { qualifier, status, min };
    if (qualifier === 'up-to' || qualifier === 'less-than') return { qualifier, status, max };
    return { qualifier, status, min, max: min };
  });

test('no bar leaves its frame, and no label of its axis touches another, from 1 to 10^15 and at any width', () => {
  fc.assert(
    fc.property(
      fc.array(bars, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('USD', 'KRW', 'XAF', 'VND'),
      (drawn, currency) => {
        const scale = scaleFor(drawn, (value) => onAxis(value, { kind: 'money', currency }));
        expect(scale.ticks.length).toBeLessThanOrEqual(5);
        for (const width of widths) {
          const pictures = [
            ...drawn.map((bar) => rangeBars([bar], scale, 'a figure')),
            rangeBars(drawn, scale, 'all'),
            emptyBar(scale),
            axis(scale),
          ];
          for (const picture of pictures) {
            const boxes = boxesOf(source(picture), width);
            expect(leaving(boxes, width, stroke)).toEqual([]);
            expect(overlapping(boxes.words)).toEqual([]);
          }
        }
      },
    ),
  );
});

test('sums that are drawn one after another, and the parts of a sum, end where they add up to', () => {
  const scale = scaleFor([{ max: '450000000000' }], dollars);
  const second: Bar = {
    qualifier: 'exact',
    status: 'pledged',
    min: '100000000000',
    max: '100000000000',
    after: '350000000000',
  };
  const { shapes } = boxesOf(source(rangeBars([second], scale, 'US$100 billion')), 1000);
  const bar = shapes.find(({ what }) => what === 'rect pl');
  expect(bar?.left).toBeCloseTo((350 / 495) * 1000, 0);
  expect(bar?.right).toBeCloseTo((450 / 495) * 1000, 0);
  const parts = boxesOf(source(partBars([{ max: '150000000000' }, { max: '200000000000' }], scale, 'parts')), 1000);
  expect(parts.shapes.at(-1)?.right).toBeCloseTo((350 / 495) * 1000, 0);
});

test('a value of 1 beside one of 10^15 keeps its cap at the left edge', () => {
  const small: Bar = { qualifier: 'about', status: 'observed', min: '1', max: '1' };
  const scale = scaleFor([small, { max: '1000000000000000' }], dollars);
  const { shapes } = boxesOf(source(rangeBars([small], scale, 'about US$1')), 280);
  expect(shapes.find(({ what }) => what === 'path wave')).toMatchObject({ left: 0, right: 18 });
  expect(scale.ticks.at(-1)?.label).toBe('US$1,000 tn');
});

const days = fc.integer({ min: day('1990-01-01'), max: day('2040-12-31') });
const rates = fc.constantFrom('0', '0.5', '2.5', '10', '12.5', '15', '16', '25', '27.5', '50', '100', '145', '1250');

const steps: fc.Arbitrary<Steps> = fc
  .record({
    starts: fc.array(
      fc.tuple(days, fc.option(rates, { nil: undefined, freq: 9 }), fc.option(fc.integer({ min: -30, max: 400 }))),
      { maxLength: 6 },
    ),
    gaps: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 6, maxLength: 6 }),
    beside: fc.array(
      fc.record({
        from: days,
        rate: rates,
        kind: fc.constantFrom('proposed', 'agreed'),
        said: fc.constantFrom('25 % threatened, 2 Apr 2025', 'up to 12.5 % agreed, on or before 30 Jun 2025'),
      }),
      { maxLength: 4 },
    ),
    asOf: days,
    open: fc.boolean(),
  })
  .map(({ starts, gaps, beside, asOf, open }) => {
    const sorted = starts.toSorted(([a], [b]) => a - b).filter(([from], index, all) => from !== all[index - 1]?.[0]);
    const spans = sorted.map(([from, rate, before], index) => {
      const next = sorted[index + 1]?.[0] ?? Infinity;
      const to = next === Infinity ? Infinity : Math.max(from, next - 1 - (gaps[index] ?? 0));
      const start = index === 0 && open ? -Infinity : from;
      return {
        from: start,
        to,
        rate,
        said: rate === undefined ? 'the most-favoured-nation rate' : `about ${rate} %`,
        ...(before !== null && { ordered: { day: from - before, words: formatDay(from - before) } }),
      };
    });
    return { spans, beside, asOf };
  });

test('the words in a picture of steps never lie over each other, and nothing leaves its frame', () => {
  fc.assert(
    fc.property(steps, (drawn) => {
      const picture = source(stepsPicture(drawn, 'a tariff'));
      if ([...drawn.spans, ...drawn.beside].every(({ rate }) => rate === undefined)) {
        expect(picture).toBe('');
        return;
      }
      for (const width of [270, 310, 480]) {
        const boxes = boxesOf(picture, width);
        expect(leaving(boxes, width, { left: sizes.stepsLeft, right: sizes.pictureBleed })).toEqual([]);
        expect(overlapping(boxes.words)).toEqual([]);
      }
      const end = boxesOf(picture, 1000).shapes.find(({ what }) => what === 'line cut')?.left ?? NaN;
      const drawnShapes = boxesOf(picture, 1000).shapes.filter(({ what }) => /area|inf|thr|agr|unknown/.test(what));
      expect(drawnShapes.filter(({ right }) => right > end + 0.2)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a picture of days names at most seven of them, apart from each other, from three days to ten thousand years', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 3, max: 3_650_000 }), (from, length) => {
      const ticks = dayTicks(dayScale(from - Math.floor(length / 2), from + Math.ceil(length / 2)), 240);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(new Set(ticks.map(({ label, day: one }) => `${label} ${formatDay(one)}`)).size).toBe(ticks.length);
    }),
  );
});

const recordings: fc.Arbitrary<{ span: RecordSpan; recordings: Recordings }> = fc
  .record({
    first: fc.integer({ min: moment('2000-01-01'), max: moment('2030-01-01') }),
    events: fc.array(
      fc.record({
        after: fc.nat(900),
        before: fc.nat(5000),
        count: fc.integer({ min: 1, max: 500 }),
        correction: fc.boolean(),
      }),
      {
        maxLength: 400,
      },
    ),
  })
  .map(({ first, events }) => {
    const recorded = (after: number): number => first / 86_400_000 + after;
    const last = Math.max(first, ...events.map(({ after }) => first + after * 86_400_000));
    return {
      span: events.length === 0 ? undefined : { first, last },
      recordings: {
        announcements: events
          .filter(({ correction }) => !correction)
          .map(({ after, before, count }) => ({
            happened: Math.floor(recorded(after)) - before,
            recorded: recorded(after),
            count,
          })),
        corrections: events
          .filter(({ correction }) => correction)
          .map(({ after, count }) => ({ recorded: recorded(after), count })),
      },
    };
  });

test('the two clocks stay in their frame and stay light, whatever is recorded and whatever is asked', () => {
  fc.assert(
    fc.property(recordings, days, ({ span, recordings: given }, asOf) => {
      const knownAt = span ? new Date(span.last).toISOString() : null;
      const cut = { asOf: formatDay(asOf), knownAt, size: given.announcements.length };
      const small = boxesOf(source(clocksPicture(cut, span, given)), 132);
      expect(leaving(small, 132, { left: 0, right: 1 })).toEqual([]);
      const large = boxesOf(source(clocksLarge(cut, span, given)), 300);
      expect(leaving(large, 300, { left: sizes.clocksLeft, right: 8 })).toEqual([]);
      expect(overlapping(large.words)).toEqual([]);
      expect(large.shapes.length).toBeLessThan(230);
    }),
    { numRuns: 200 },
  );
});

test('ten thousand announcements are drawn with at most 150 dots, in less than 16 kB', () => {
  const first = day('2025-01-01');
  const announcements = Array.from({ length: 10_000 }, (_, index) => {
    const recorded = first + ((index * 7919) % 700);
    return { happened: recorded - ((index * 104_729) % 400), recorded, count: 1 };
  });
  const span = { first: moment('2025-01-01'), last: moment('2026-12-01') };
  const picture = source(
    clocksLarge({ asOf: '2026-12-01', knownAt: '2026-12-01T12:00:00.000Z', size: 10_000 }, span, {
      announcements,
      corrections: [],
    }),
  );
  expect(picture.match(/class="acc"/g)?.length).toBeLessThanOrEqual(150);
  expect(picture.length).toBeLessThan(16_000);
});

const figures: Record<string, Bar> = {
  exact: { qualifier: 'exact', status: 'proposed', min: '10000000000', max: '10000000000' },
  about: { qualifier: 'about', status: 'formalised', min: '8300000000', max: '8300000000' },
  'more than': { qualifier: 'more-than', status: 'observed', min: '1000000000' },
  'at least': { qualifier: 'at-least', status: 'pledged', min: '2500000000' },
  'up to': { qualifier: 'up-to', status: 'delivered', max: '4000000000' },
  'less than': { qualifier: 'less-than', status: 'pledged', max: '6000000000' },
  between: { qualifier: 'between', status: 'formalised', min: '5000000000', max: '10000000000' },
  'as high as': { qualifier: 'between', status: 'proposed', asHighAs: true, min: '5000000000', max: '10000000000' },
};

/** Korean goods, as known on 30 September 2025. */
const korea: Steps = {
  spans: [
    {
      from: day('2025-08-07'),
      to: Infinity,
      rate: '15',
      said: '15 %',
      ordered: { day: day('2025-07-31'), words: '31 Jul 2025' },
    },
  ],
  beside: [{ from: day('2025-04-02'), rate: '25', kind: 'proposed', said: '25 % threatened, 2 Apr 2025' }],
  asOf: day('2025-09-30'),
};
/** The same on 22 August, as known on that day. */
const agreed: Steps = {
  spans: [],
  beside: [{ from: day('2025-07-31'), rate: '15', kind: 'agreed', said: '15 % agreed, Jul 2025' }],
  asOf: day('2025-08-22'),
};

const clocks = {
  cut: { asOf: '2025-09-30', knownAt: '2025-09-30T12:00:00.000Z', size: 88 },
  span: { first: moment('2025-08-22'), last: moment('2025-09-30') },
  recordings: {
    announcements: [
      { happened: day('2025-08-22'), recorded: day('2025-08-22') + 0.5, count: 17 },
      { happened: day('2025-07-31'), recorded: day('2025-08-23') + 0.5, count: 4 },
      { happened: day('2025-04-02'), recorded: day('2025-08-23') + 0.5, count: 1 },
      { happened: day('2025-09-22'), recorded: day('2025-09-23') + 0.5, count: 2 },
    ],
    corrections: [
      { recorded: day('2025-08-23') + 0.5, count: 3 },
      { recorded: day('2025-08-24') + 0.5, count: 1 },
    ],
  },
  corners: [
    { letter: 'A', asOf: day('2025-08-22'), known: day('2025-08-22') + 0.9 },
    { letter: 'B', asOf: day('2025-08-22'), known: day('2025-09-30') + 0.5 },
  ] satisfies Corner[],
};

const scale = scaleFor(Object.values(figures), dollars);
const pictures: Record<string, Html> = {
  bars: html`${Object.entries(figures).map(([words, bar]) => rangeBars([bar], scale, words))}${emptyBar(scale)}${axis(scale)}`,
  'bars-parts': rangeParts(),
  'bars-key': keyFor(Object.values(figures), true),
  'steps-in-force': stepsPicture(korea, 'Korean goods: 15 % in force since 7 Aug 2025'),
  'steps-agreed': stepsPicture(agreed, 'Korean goods: nothing known to be in force; 15 % agreed'),
  'steps-key': stepsKey([korea, agreed]),
  'clocks-small': clocksPicture(clocks.cut, clocks.span, clocks.recordings),
  'clocks-large': clocksLarge(clocks.cut, clocks.span, clocks.recordings, clocks.corners),
  'clocks-empty': clocksLarge({ asOf: '2025-09-30', knownAt: null, size: 0 }, undefined),
};

function rangeParts(): Html {
  const whole: Bar = { qualifier: 'exact', status: 'pledged', min: '350000000000', max: '350000000000' };
  const next: Bar = { qualifier: 'exact', status: 'pledged', min: '100000000000', max: '100000000000', after: '350000000000' };
  const sum = scaleFor([{ max: '450000000000' }], dollars);
  const parts = [{ max: '150000000000' }, { max: '200000000000' }];
  return html`${rangeBars([whole], sum, 'US$350 billion')}${partBars(parts, sum, 'of it')}${rangeBars([next], sum, 'US$100 billion')}${axis(sum)}`;
}

for (const [name, picture] of Object.entries(pictures)) {
  test(`the picture ${name} is the one that was looked at and kept`, async () => {
    const readable = source(picture).replaceAll(/></g, '>\n<');
    await expect(`${readable}\n`).toMatchFileSnapshot(`expected/${name}.svg`);
  });
}

test('no picture carries a style of its own, which the page may not have', () => {
  for (const picture of Object.values(pictures)) expect(source(picture)).not.toMatch(/\sstyle=/);
});

test('what is read aloud instead of a picture cannot end its attribute', () => {
  expect(source(rangeBars([], scale, 'about "5" <b>'))).toContain('aria-label="about &quot;5&quot; &lt;b&gt;"');
});
