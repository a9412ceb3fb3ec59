import type { Random } from './random.ts';

/** `first`: the types and fields that commit c866b26 folds and records. */
export type Edition = 'first' | 'second';

export type Made = { readonly type: string; readonly data: Record<string, unknown> };

/** Makes the next announcement, which gets this id. */
export type Act = (id: string) => Made;

/** Where a story stands: what it needs to know which announcement may come next. */
export type Tale = {
  readonly from: string;
  readonly to: string;
  /** It stays under way. */
  readonly isLong: boolean;
  /** The day on which the next announcement is made. */
  now: string;
  stage: 'none' | 'proposed' | 'pledged' | 'formalised' | 'fulfilled' | 'ended';
  /** The figure that stands, in US dollars. */
  total: number;
  /** The first pledge, which corrections and disputes are about. */
  pledge: string;
  dispute: string | undefined;
  retractable: string | undefined;
  /** Who owes it beside `from`, and which of them has not undertaken it yet. Always empty in the first edition. */
  others: string[];
  silent: string[];
};

/** What announcements are made of. */
export type Words = {
  readonly random: Random;
  readonly said: (more?: object) => Record<string, unknown>;
  readonly figure: (amount: number) => object;
  readonly whole: () => object;
};

export const parties = ['KR', 'US', 'JP', 'PH', 'AU', 'DE', 'org:eu', 'company:kogas'];
export const countries = ['KR', 'US', 'JP', 'PH', 'AU', 'DE'];
export const titles = [
  'Investment in shipbuilding',
  '방위비 분담',
  '日韓シャトル外交',
  'Denuclearisation in stages',
  'Tariffs on motor cars',
];
export const quotes = [
  'We will provide it by the end of the year, in full and without condition.',
  '한국은 3천5백억 달러를 투자하기로 약속했다.',
  '両首脳はシャトル外交を再開することで一致した。',
  'The two sides “agreed in principle” — nothing has been signed.',
  '정부는 합의된 바 없다고 거듭 밝혔다.',
];
export const publishers = ['Yonhap', '한겨레', '朝日新聞', 'The Manila Example', 'Federal Register'];
