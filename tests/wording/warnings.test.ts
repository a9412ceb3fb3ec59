import { expect, test } from 'vitest';
import { warningsInWords } from '../../src/wording/warnings.ts';

test('a warning that holds for several terms is one sentence that names them', () => {
  const ran = (term: string, since = '2026-02-06') => ({ warning: 'ran-out', since, term }) as const;
  expect(warningsInWords([ran('warheads'), ran('launchers'), ran('talks', '2026-03-06'), ran('warheads')])).toEqual([
    'its time ran out on 4 Feb 2026 (warheads, launchers)',
    'its time ran out on 4 Mar 2026',
  ]);
});

test('a silence is told from its last announcement on, not from the day on which it became a warning', () => {
  expect(warningsInWords([{ warning: 'quiet', since: '2026-02-21' }])).toEqual(['nothing announced since 25 Aug 2025']);
});

test('a warning says the day inside its sentence', () => {
  expect(
    warningsInWords([
      { warning: 'expected-not-delivered', since: '2025-08-27' },
      { warning: 'overdue', since: '2025-01-02' },
      { warning: 'price-gone', since: '2025-08-24' },
    ]),
  ).toEqual([
    'expected by 25 Aug 2025, not delivered',
    'due by 31 Dec 2024, not fully performed',
    'what it was exchanged for has ended (since 24 Aug 2025)',
  ]);
});
