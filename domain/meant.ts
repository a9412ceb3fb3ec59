import { iso31661 } from 'iso-3166';

/** What an unknown code was meant to be. It is suggested in the refusal, never substituted. */
export type Meant = { readonly code: string; readonly name: string };

/** Countries for which CLDR's short name is not the common name, or offers more than one. */
const calledOtherwise: Readonly<Record<string, string>> = { PS: 'State of Palestine', CD: 'DR Congo', HK: 'Hong Kong' };

const otherParties: ReadonlyMap<string, string> = new Map(
  Object.entries({
    uk: 'GB',
    england: 'GB',
    britain: 'GB',
    'great britain': 'GB',
    usa: 'US',
    america: 'US',
    'united states of america': 'US',
    'republic of korea': 'KR',
    rok: 'KR',
    korea: 'KR',
    dprk: 'KP',
    'democratic peoples republic of korea': 'KP',
    burma: 'MM',
    holland: 'NL',
    palestine: 'PS',
    turkey: 'TR',
    'czech republic': 'CZ',
    swaziland: 'SZ',
    macedonia: 'MK',
    'cape verde': 'CV',
    'ivory coast': 'CI',
    'east timor': 'TL',
    한국: 'KR',
    남한: 'KR',
    북조선: 'KP',
    터키: 'TR',
    米国: 'US',
    アメリカ: 'US',
    英国: 'GB',
    eu: 'org:eu',
    'european union': 'org:eu',
    유럽연합: 'org:eu',
    欧州連合: 'org:eu',
    un: 'org:un',
    'united nations': 'org:un',
    유엔: 'org:un',
    国連: 'org:un',
    nato: 'org:nato',
    나토: 'org:nato',
    ussr: 'state:ussr',
    'soviet union': 'state:ussr',
    kosovo: 'state:kosovo',
    xk: 'state:kosovo',
    yugoslavia: 'state:yugoslavia',
    czechoslovakia: 'state:czechoslovakia',
  }),
);

const otherCurrencies: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $: 'USD',
    us$: 'USD',
    usd$: 'USD',
    dollar: 'USD',
    dollars: 'USD',
    달러: 'USD',
    ドル: 'USD',
    'us dollars': 'USD',
    a$: 'AUD',
    'australian dollars': 'AUD',
    c$: 'CAD',
    'canadian dollars': 'CAD',
    nz$: 'NZD',
    s$: 'SGD',
    hk$: 'HKD',
    r$: 'BRL',
    'swiss francs': 'CHF',
    '£': 'GBP',
    pound: 'GBP',
    pounds: 'GBP',
    stg: 'GBP',
    'pounds sterling': 'GBP',
    파운드: 'GBP',
    ポンド: 'GBP',
    '€': 'EUR',
    euro: 'EUR',
    euros: 'EUR',
    유로: 'EUR',
    ユーロ: 'EUR',
    '¥': 'JPY',
    yen: 'JPY',
    円: 'JPY',
    엔: 'JPY',
    '₩': 'KRW',
    won: 'KRW',
    원: 'KRW',
    ウォン: 'KRW',
    rmb: 'CNY',
    yuan: 'CNY',
    元: 'CNY',
    위안: 'CNY',
    ntd: 'TWD',
    nt$: 'TWD',
    '₹': 'INR',
    rupees: 'INR',
    '₽': 'RUB',
    roubles: 'RUB',
    rubles: 'RUB',
    '₺': 'TRY',
    '₴': 'UAH',
    hryvnia: 'UAH',
    zloty: 'PLN',
    '₪': 'ILS',
    '₱': 'PHP',
    '₫': 'VND',
  }),
);

/** Longer than any name of a country. A longer text is not looked up. */
const maxName = 80;

/** The party that `text` seems to mean: GB for `UK`; KR for `South Korea`, `대한민국`, `韓国` or `kr`; org:eu for `EU`. */
export function partyMeant(text: string): Meant | undefined {
  const key = keyOf(text);
  if (key === undefined) return undefined;
  const code = otherParties.get(key) ?? namesOfCountries().get(key);
  return code === undefined ? undefined : { code, name: nameOfSlug(code) ?? countryName(code) };
}

const calledBySlug: Readonly<Record<string, string>> = {
  'org:eu': 'European Union',
  'org:un': 'United Nations',
  'org:nato': 'NATO',
  'state:ussr': 'Soviet Union',
  'state:kosovo': 'Kosovo',
  'state:yugoslavia': 'Yugoslavia',
  'state:czechoslovakia': 'Czechoslovakia',
};

/** The common name of a party that is no country, such as `org:eu`; undefined for a party that has none. */
export function nameOfSlug(code: string): string | undefined {
  return calledBySlug[code];
}

/** The currency that `text` seems to mean: GBP for `£`, KRW for `won`. */
export function currencyMeant(text: string, known: ReadonlySet<string>): Meant | undefined {
  const key = keyOf(text);
  if (key === undefined) return undefined;
  const upper = text.trim().toUpperCase();
  const code = otherCurrencies.get(key) ?? (known.has(upper) ? upper : undefined);
  return code === undefined ? undefined : { code, name: currencyNames().of(code) ?? code };
}

/** The currency of a sign or word that is no code: GBP for `£`, KRW for `won` and `원`. */
export function currencyNamed(text: string): string | undefined {
  const key = keyOf(text);
  return key === undefined ? undefined : otherCurrencies.get(key);
}

/** Folds case, accents and the signs between words; undefined for a text that is too long to be a name. */
export function keyOf(text: string): string | undefined {
  if (text.length > maxName) return undefined;
  const bare = text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f.'’]/g, '')
    .toLowerCase()
    .normalize('NFC');
  return bare
    .trim()
    .replaceAll(/[\s_-]+/g, ' ')
    .replace(/^the /, '');
}

/** Whether two names, folded as by `keyOf`, differ by a slip of the pen: one letter in short ones, two in long ones. */
export function isCloseName(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  return length >= 4 && isWithin(one, other, length >= 8 ? 2 : 1);
}

/** Whether one text becomes another by at most `maxEdits` letters put in, left out, exchanged, or swapped with the next. */
function isWithin(a: string, b: string, maxEdits: number): boolean {
  if (Math.abs(a.length - b.length) > maxEdits) return false;
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    if (Math.min(...next) > maxEdits) return false;
    [before, row] = [row, next];
  }
  return (row[b.length] ?? maxEdits + 1) <= maxEdits;
}

/** Every assigned country by its code of two or three letters and its names in English, Korean and Japanese. */
const namesOfCountries = madeOnce((): ReadonlyMap<string, string> => {
  const byName = new Map<string, string>();
  const otherLanguages = ['ko', 'ja'].map((language) => new Intl.DisplayNames(language, { type: 'region' }));
  for (const { alpha2, alpha3, name } of iso31661) {
    const others = otherLanguages.map((language) => language.of(alpha2) ?? '');
    for (const one of [alpha2, alpha3, name, regionNames().of(alpha2) ?? '', countryName(alpha2), ...others]) {
      const key = keyOf(one);
      if (key !== undefined && !byName.has(key)) byName.set(key, alpha2);
    }
  }
  return byName;
});

function countryName(code: string): string {
  return calledOtherwise[code] ?? regionNames().of(code) ?? code;
}

const regionNames = madeOnce(() => new Intl.DisplayNames('en', { type: 'region' }));
const currencyNames = madeOnce(() => new Intl.DisplayNames('en', { type: 'currency' }));

/** A constant that is made at the first refusal, not at the start of every command. */
function madeOnce<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
