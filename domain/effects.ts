import { type Account, type Alike, type Bound, owedAlike, type Owed, withParts } from './accounts.ts';
import type { Entry } from './commitment.ts';
import { effectiveDays, firstDateOf, whenOf } from './dates.ts';
import { handOver, hasDeeds, shareDeeds, succeedTo } from './deeds.ts';
import { boundParties, type Effect, isBound, type Notice, type Status } from './status.ts';
import type { Stage } from './types.ts';

/** What effects do: who leaves and joins, what is suspended and resumed, and the end. */
type Of<Type extends Effect['type']> = Entry<Extract<Effect, { type: Type }>>;

/** Takes an announcement with an effect into a status: at once, or as a notice. */
export function announceEffect(status: Status, entry: Entry<Effect>): void {
  const about = subjectOf(entry);
  status.notices.delete(about);
  const on = effectDay(entry);
  if (on <= entry.day) takeEffect(status, entry, partiesOf(entry));
  else status.notices.set(about, { id: entry.id, entry, type: entry.type, on, parties: partiesOf(entry) });
}

/** Brings a status up to a day: each effect that is due by then takes place on its own day. */
export function reach(status: Status, day: number): void {
  while (status.notices.size > 0) {
    let first: [string, Notice] | undefined;
    for (const one of status.notices) if (one[1].on <= day && (!first || one[1].on < first[1].on)) first = one;
    if (!first) break;
    const [about, { entry, on, parties }] = first;
    status.notices.delete(about);
    status.day = Math.max(status.day, on);
    takeEffect(status, entry, parties);
  }
  status.day = Math.max(status.day, day);
}

/** The day on which an effect takes place: the latest day of the first date of `effective`, never before the announcement's own. */
export function effectDay({ day, data }: Entry): number {
  return data.effective === undefined ? day : Math.max(day, firstDateOf(data.effective).latest);
}

/**
 * The first day on which what an effect ends is no longer in force: also one before it was announced. An amendment ends what it
 * removes on the day on which its terms begin.
 */
function overFrom(entry: Entry): number {
  if (entry.data.effective === undefined) return entry.day;
  const { earliest, latest } = firstDateOf(entry.data.effective);
  // An open beginning names no day: it is then over from the announcement on.
  if (latest === -Infinity) return entry.day;
  if (latest < entry.day) return earliest;
  return entry.type === 'amended' ? effectiveDays(entry.data.effective).from : latest;
}

/** What a later notice must share with an earlier one to replace it: the type, and the parties or keys that it is about. */
function subjectOf({ type, data }: Entry<Effect>): string {
  const sorted = (list: readonly string[] | undefined): string[] | undefined =>
    list?.length ? [...new Set(list)].toSorted() : undefined;
  return JSON.stringify([
    type,
    sorted('parties' in data ? data.parties : undefined),
    sorted('keys' in data ? data.keys : undefined),
    'as' in data && data.as,
    sorted('resumes' in data ? data.resumes : undefined),
  ]);
}

function partiesOf({ data }: Entry<Effect>): readonly string[] | undefined {
  return 'parties' in data && data.parties?.length ? data.parties : undefined;
}

function takeEffect(status: Status, entry: Entry<Effect>, parties: readonly string[] = []): void {
  switch (entry.type) {
    case 'ended':
      return end(status, entry);
    case 'left':
      return leave(status, entry, parties);
    case 'joined':
      return join(status, entry, parties);
    case 'suspended':
      return suspend(status, entry, parties);
    case 'resumed':
      return resume(status, entry);
    default:
      return entry satisfies never;
  }
}

function end(status: Status, entry: Of<'ended'>): void {
  if (status.stage === 'ended') return;
  // Who left after a day that is named only now had it in force until that day too.
  for (const party of status.bound.keys()) status.watch?.over(party, undefined, overFrom(entry));
  endAs(status, entry, status.accounts);
}

function endAs(status: Status, entry: Of<'ended' | 'left'>, stood: ReadonlyMap<string, Account>): void {
  status.ended = { entry, day: status.day, stood, stageBefore: status.stage };
  setStage(status, 'ended', entry);
}

export function setStage(status: Status, stage: Stage, entry: Entry): void {
  status.stage = stage;
  status.stageSince = { entry, day: status.day };
}

function closeInForce(status: Status, party: string, keys: Iterable<string>, entry: Entry): void {
  if (status.watch) for (const key of keys) status.watch.over(party, key, overFrom(entry));
}

function leave(status: Status, entry: Of<'left'>, parties: readonly string[]): void {
  if (status.stage === 'ended') return;
  const wereBound = boundParties(status).length > 0;
  const closed = new Map<string, Account>();
  for (const party of new Set(parties)) {
    const bound = status.bound.get(party);
    const isObligor = bound !== undefined && bound.stage !== 'left';
    if (entry.data.reason === 'exempted') {
      if (isObligor) exempt(status, bound, entry);
      continue;
    }
    leaveAsBeneficiary(status, party, entry);
    if (!isObligor) continue;
    const account = goOut(status, bound, entry, parties);
    if (isBound(bound)) closed.set(party, account);
  }
  if (wereBound && boundParties(status).length === 0) endAs(status, entry, closed);
}

/** Who takes the place of the dissolved as obligor takes it as beneficiary too. */
function leaveAsBeneficiary({ beneficiaries, formerBeneficiaries }: Status, party: string, { data }: Of<'left'>): void {
  if (!beneficiaries.delete(party)) return;
  formerBeneficiaries.add(party);
  if (data.successor !== undefined) beneficiaries.add(data.successor);
}

function exempt(status: Status, bound: Bound, entry: Of<'left'>): void {
  const account = status.accounts.get(bound.party);
  const exemptFrom = new Map(bound.exemptFrom);
  const keys = entry.data.keys ?? [];
  for (const key of keys) {
    leaveJoint(status, { party: bound.party, key, leaving: [bound.party] });
    // What was ended by an earlier exemption is kept as it is, to be taken back.
    if (account?.has(key) || !exemptFrom.has(key)) status.watch?.exempted(bound.party, key, overFrom(entry));
    exemptFrom.set(key, { entry, owed: account?.get(key) ?? exemptFrom.get(key)?.owed });
    account?.delete(key);
  }
  status.bound.set(bound.party, { ...bound, exemptFrom });
}

/** Closes the account of who leaves, or hands it to his successor, and gives back what was in it. */
function goOut(status: Status, bound: Bound, entry: Of<'left'>, leaving: readonly string[]): Account {
  const { party } = bound;
  const account: Account = status.accounts.get(party) ?? new Map<string, Owed>();
  for (const key of account.keys()) leaveJoint(status, { party, key, leaving });
  status.accounts.delete(party);
  status.watch?.over(party, undefined, overFrom(entry));
  status.bound.set(party, { party, stage: 'left', since: status.day, entry, exemptFrom: new Map() });
  const { successor } = entry.data;
  if (successor !== undefined) succeed(status, bound, { successor, account, entry });
  return account;
}

/**
 * What one debtor delivered and performed of a joint debt still counts for those who go on owing it without him, and for who will
 * once he is no longer exempt from it. `leaving`: those who go out of it by the same announcement. None of them goes on owing it,
 * in whatever order they are named.
 */
export function leaveJoint(
  { accounts, bound, deeds }: Status,
  { party, key, leaving }: { party: string; key: string; leaving: readonly string[] },
): void {
  const owed = accounts.get(party)?.get(key);
  if (!owed || owed.term.each || !hasDeeds(deeds, key)) return;
  for (const [to, { exemptFrom }] of bound) {
    const theirs = accounts.get(to)?.get(key) ?? exemptFrom.get(key)?.owed;
    if (!leaving.includes(to) && theirs?.joint === owed.joint) shareDeeds(deeds, { key, from: [party], to });
  }
}

const unbound = { since: undefined, entry: undefined };

/** The account becomes the successor's. What the successor owed before under the same key stays his. */
function succeed(
  status: Status,
  bound: Bound,
  { successor, account, entry }: { successor: string; account: Account; entry: Entry },
): void {
  const before = status.bound.get(successor);
  const wasIn = before !== undefined && before.stage !== 'left';
  const own: Bound['exemptFrom'] = wasIn ? before.exemptFrom : new Map();
  const owes = (key: string): boolean => status.accounts.get(successor)?.has(key) === true;
  const exempt = [...bound.exemptFrom].filter(([key]) => !own.has(key) && !owes(key));
  const taken = { party: successor, stage: bound.stage, ...(isBound(bound) ? { since: status.day, entry } : unbound) };
  const deedsPass = ({ term }: Owed): void => {
    handOver(status.deeds, { entry, term, from: [bound.party], to: successor });
    succeedTo(status.deeds, { key: term.key, from: bound.party, to: successor });
  };
  for (const [key, { owed }] of exempt) {
    status.watch?.inheritedAside(successor, bound.party, key);
    if (owed) deedsPass(owed);
  }
  for (const [key, owed] of account) {
    if (owes(key)) continue;
    takeOver(status, successor, { from: bound.party, owed });
    deedsPass(owed);
  }
  status.bound.set(successor, { ...(wasIn && isBound(before) ? before : taken), exemptFrom: new Map([...exempt, ...own]) });
}

function takeOver(status: Status, party: string, { from, owed }: { from: string; owed: Owed }): void {
  owe(status, party, owed);
  status.watch?.takenOver(party, from, owed, status.day);
}

function owe({ accounts }: Status, party: string, owed: Owed): void {
  const account = accounts.get(party) ?? new Map<string, Owed>();
  accounts.set(party, account);
  account.set(owed.term.key, owed);
}

function join(status: Status, entry: Of<'joined'>, parties: readonly string[]): void {
  revokeLeaving(status, parties);
  if (entry.data.as === 'beneficiary') {
    for (const party of parties) status.beneficiaries.add(party);
    return;
  }
  const bound = boundParties(status);
  const isIn = (party: string): boolean => bound.includes(party);
  const [already, coming] = [parties.filter(isIn), parties.filter((party) => !isIn(party))];
  for (const party of already) undoExemptions(status, party);
  const stood = status.ended?.entry.type === 'left' ? status.ended : undefined;
  const others = stood?.stood ?? accountsOfBound(status);
  const alike = owedAlike(others, (party, key) => status.bound.get(party)?.exemptFrom.has(key) ?? false);
  if (stood && coming.length > 0) {
    status.ended = undefined;
    setStage(status, stood.stageBefore, entry);
  }
  for (const party of coming) {
    const stage = status.reached ?? 'none';
    const since = status.reached ? { since: status.day, entry } : unbound;
    // Of those who owe alike, who has owed it longest comes first: who comes back comes last.
    if (status.bound.get(party)?.stage === 'left') status.bound.delete(party);
    status.bound.set(party, { party, stage, ...since, exemptFrom: new Map() });
    if (!status.reached || status.stage === 'ended') continue;
    for (const one of alike.values()) {
      const { owedBy } = one.owed.term;
      if (owedBy?.length && !(stood && owedBy.includes(party))) continue;
      takeOverAlike(status, party, { alike: one, ownJoint: `${entry.id} ${party}`, others: [...others.keys()], entry });
    }
  }
}

/**
 * Enters what all others owe alike. He owes it with them, as far as they performed it; but a term that everyone owes by himself
 * begins unperformed.
 */
function takeOverAlike(
  status: Status,
  party: string,
  { alike: { from, owed, joint }, ownJoint, others, entry }: { alike: Alike; ownJoint: string; others: string[]; entry: Entry },
): void {
  takeOver(status, party, { from, owed: { ...owed, joint: joint ?? ownJoint } });
  handOver(status.deeds, { entry, term: owed.term, from: joint === undefined ? [] : others, to: party });
}

function accountsOfBound(status: Status): Map<string, Account> {
  return new Map(boundParties(status).map((party) => [party, status.accounts.get(party) ?? new Map<string, Owed>()]));
}

/** Enters again what a party would owe if he had not been exempt, with those who still owe it jointly with him. */
function undoExemptions(status: Status, party: string): void {
  const bound = status.bound.get(party);
  if (!bound || bound.exemptFrom.size === 0) return;
  status.bound.set(party, { ...bound, exemptFrom: new Map() });
  // After the end nothing is owed, even by a party whose exemption is undone.
  if (status.stage === 'ended') return;
  for (const [key, { owed }] of bound.exemptFrom) {
    if (!owed) continue;
    // What the others performed meanwhile of the joint debt, they performed for him too.
    const others = [...status.accounts].filter(([, account]) => account.get(key)?.joint === owed.joint);
    owe(status, party, owed);
    status.watch?.takenBack(party, owed, status.day);
    if (!owed.term.each) shareDeeds(status.deeds, { key, from: others.map(([other]) => other), to: party });
  }
}

/** Replaces what a party would owe under a key from which he is exempt. */
export function keepAside(status: Status, party: string, { key, owed }: { key: string; owed: Owed | undefined }): void {
  const bound = status.bound.get(party);
  const exemption = bound?.exemptFrom.get(key);
  if (!bound || !exemption) return;
  status.bound.set(party, { ...bound, exemptFrom: new Map(bound.exemptFrom).set(key, { ...exemption, owed }) });
}

/** A party who joins does not leave: his notices are revoked, and those of others stay. */
function revokeLeaving(status: Status, parties: readonly string[]): void {
  for (const [about, notice] of status.notices) {
    if (notice.type !== 'left') continue;
    const left = notice.parties?.filter((party) => !parties.includes(party)) ?? [];
    if (left.length === 0) status.notices.delete(about);
    else if (left.length < (notice.parties?.length ?? 0)) status.notices.set(about, { ...notice, parties: left });
  }
}

function suspend(status: Status, entry: Of<'suspended'>, parties: readonly string[]): void {
  if (status.stage === 'ended') return;
  const { id, data } = entry;
  status.suspensions.set(id, {
    id,
    entry,
    since: status.day,
    until: data.until === undefined ? Infinity : whenOf(data.until).latest,
    resumed: false,
    keys: data.keys?.length ? data.keys : undefined,
    parties: parties.length > 0 ? parties : undefined,
  });
}

function resume(status: Status, { data }: Of<'resumed'>): void {
  const ids = data.resumes?.length ? data.resumes : [...status.suspensions.keys()];
  for (const id of ids) {
    for (const [about, notice] of status.notices) if (notice.id === id) status.notices.delete(about);
    const running = status.suspensions.get(id);
    if (!running || running.resumed) continue;
    status.suspensions.set(id, { ...running, resumed: true, until: Math.min(running.until, status.day - 1) });
  }
}

/** Takes keys, and with a total its parts, out of accounts. */
export function remove(status: Status, parties: readonly string[], entry: Extract<Entry, { type: 'amended' }>): void {
  const { removes = [] } = entry.data;
  if (removes.length === 0) return;
  for (const party of parties) {
    const account = status.accounts.get(party) ?? new Map<string, Owed>();
    const aside = asideOf(status, party);
    const gone = withParts(aside.size > 0 ? new Map([...aside, ...account]) : account, removes);
    closeInForce(status, party, gone, entry);
    for (const key of gone) {
      leaveJoint(status, { party, key, leaving: parties });
      account.delete(key);
      if (aside.has(key)) keepAside(status, party, { key, owed: undefined });
    }
  }
}

/** What a party would owe if he were not exempt from it. */
function asideOf(status: Status, party: string): Account {
  const account: Account = new Map();
  for (const [key, { owed }] of status.bound.get(party)?.exemptFrom ?? []) if (owed) account.set(key, owed);
  return account;
}
