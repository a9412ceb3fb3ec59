import type { Metadata } from '@grpc/grpc-js';
import type { Node } from './node.ts';
import { type Refusal, refusals } from './wire.ts';

/** What a caller wants: to write to a stream, or to read one; `$all` is a stream in this. */
export type Wish = { readonly kind: 'append' | 'read'; readonly stream: string };

/** Why a call is not handled at all, in the words of the calls that end with it. */
export function refusalOf(node: Node, metadata: Metadata, wish: Wish): Refusal | undefined {
  const { unavailable, notLeader } = node.faults;
  const access = accessOf(node, metadata, wish);
  if (access !== 'granted') {
    node.strike('denied');
    return access === 'unknown' ? refusals.unauthenticated() : refusals.accessDenied();
  }
  if (unavailable !== undefined) {
    node.strike(unavailable);
    return unavailable === 'busy' ? refusals.busy() : refusals.notReady();
  }
  if (notLeader !== undefined && (wish.kind === 'append' || metadata.get('requires-leader')[0] === 'true')) {
    node.strike('notLeader');
    return notLeader === 'unknown' ? refusals.noLeader() : refusals.notLeader(notLeader.host, notLeader.port);
  }
  return undefined;
}

/**
 * Whether the caller may: on a node without TLS everybody may everything. On one with TLS, whoever names an account must know its
 * password, whoever names none may nothing, and `$all` and the server's own streams are for administrators.
 */
export function accessOf(node: Node, metadata: Metadata, { kind, stream }: Wish): 'granted' | 'denied' | 'unknown' {
  const { denied } = node.faults;
  if (denied === 'everything' || (denied === '$all' && kind === 'read' && stream === '$all')) return 'denied';
  if (node.accounts === undefined) return 'granted';
  const header = metadata.get('authorization')[0];
  if (header === undefined) return 'denied';
  const [name = '', ...password] = Buffer.from(String(header).replace(/^Basic /u, ''), 'base64')
    .toString('utf8')
    .split(':');
  const account = node.accounts[name];
  if (account === undefined || account.password !== password.join(':')) return 'unknown';
  const isOwn = stream === '$all' || (stream.startsWith('$') && !stream.startsWith('$$'));
  return account.isAdmin === true || !isOwn ? 'granted' : 'denied';
}
