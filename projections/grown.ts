import { type Accounts, standingUnder } from '../domain/accounts.ts';
import { noDeeds } from '../domain/deeds.ts';
import { dutiesOf, type Following, following } from './derived/comparison.ts';
import { lastAccounts, type Status } from '../domain/status.ts';
import { type PerformanceAnswer, performanceOf } from './performance.ts';

/** How far one term is performed. */
export type Performed = {
  readonly key: string;
  readonly owedBy: readonly string[];
  readonly performance: PerformanceAnswer;
};

/** What is known of the terms and deeds of a status that grows, so that each row of a history looks only at what it touches. */
export type Known = {
  /** The keys among these that stand, in the order in which they do. */
  readonly inOrder: (accounts: Accounts, keys: ReadonlySet<string>) => string[];
  /** How far the standing terms under these keys are performed, without those of which nothing was delivered or performed. */
  readonly performances: (accounts: Accounts, keys: ReadonlySet<string>) => Performed[];
  /**
   * Takes in one announcement: the keys whose terms it touched, and those of which more may be performed. Without `touched`:
   * everything.
   */
  readonly takeIn: (status: Status, touched?: { keys: ReadonlySet<string>; performed: ReadonlySet<string> }) => void;
};

export function knownOf(): Known {
  const places = placesOf();
  /** The terms under each key while deeds come in; made when first asked for, and dropped when one of the terms changes. */
  const followed = new Map<string, readonly Followed[]>();
  let deeds = noDeeds();
  const follow = (accounts: Accounts, key: string): readonly Followed[] => {
    const family = places.family(key);
    if (![...family].some((one) => deeds.deliveries.has(one) || deeds.performings.has(one))) return [];
    const together = places.inOrder(accounts, family).flatMap((one) => standingUnder(accounts, one));
    const all = together
      .filter(({ term }) => term.key === key)
      .map((standing) => {
        const duties = new Map(dutiesOf(standing).map((duty) => [duty.party, following(duty, together)]));
        for (const one of duties.values()) one.take(deeds);
        return { standing, duties };
      });
    followed.set(key, all);
    return all;
  };
  return {
    inOrder: places.inOrder,
    performances: (accounts, keys) =>
      places.inOrder(accounts, keys).flatMap((key) => (followed.get(key) ?? follow(accounts, key)).map(performedOf)),
    takeIn: (status, touched) => {
      ({ deeds } = status);
      places.takeIn(lastAccounts(status), touched?.keys);
      if (touched === undefined) followed.clear();
      for (const key of touched?.performed ?? []) {
        if (touched?.keys.size) followed.delete(key);
        for (const { duties } of followed.get(key) ?? []) for (const one of duties.values()) one.take(deeds);
      }
    },
  };
}

type Followed = {
  readonly standing: ReturnType<typeof standingUnder>[number];
  /** The duties by the party who owes all of it by himself; one duty, under undefined, where they owe it together. */
  readonly duties: ReadonlyMap<string | undefined, Following>;
};

function performedOf({ standing, duties }: Followed): Performed {
  const performance = performanceOf(standing, { of: ({ party }) => duties.get(party)?.now() ?? {} });
  return { key: standing.term.key, owedBy: standing.owedBy, performance };
}

/** The place of each key in each account, and the keys that were ever parts of another. */
function placesOf() {
  const places = new Map<string, Map<string, number>>();
  const parts = new Map<string, Set<string>>();
  let count = 0;
  const take = (party: string, account: ReadonlyMap<string, { term: Followed['standing']['term'] }>, key: string): void => {
    const own = places.get(party) ?? new Map<string, number>();
    places.set(party, own);
    const term = account.get(key)?.term;
    if (!term) own.delete(key);
    else if (!own.has(key)) own.set(key, count++);
    if (term?.partOf !== undefined) parts.set(term.partOf, (parts.get(term.partOf) ?? new Set<string>()).add(key));
  };
  return {
    takeIn: (accounts: Accounts, keys?: ReadonlySet<string>): void => {
      if (keys === undefined) for (const all of [places, parts]) all.clear();
      for (const [party, account] of accounts) for (const key of keys ?? account.keys()) take(party, account, key);
    },
    /** A key and all keys that may be its parts, at any depth. */
    family: (key: string): ReadonlySet<string> => {
      const keys = new Set([key]);
      for (const one of keys) for (const part of parts.get(one) ?? []) keys.add(part);
      return keys;
    },
    inOrder: (accounts: Accounts, keys: ReadonlySet<string>): string[] => {
      const placed: { key: string; index: number; place: number }[] = [];
      for (const key of keys) {
        let index = 0;
        for (const [party, account] of accounts) {
          if (account.has(key)) {
            placed.push({ key, index, place: places.get(party)?.get(key) ?? 0 });
            break;
          }
          index++;
        }
      }
      return placed.sort((a, b) => a.index - b.index || a.place - b.place).map(({ key }) => key);
    },
  };
}
