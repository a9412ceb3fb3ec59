import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Context, MiddlewareHandler } from 'hono';
import { refusal } from './problems.ts';

/**
 * Which hosts belong to this service. A browser sends the name in its address bar as `Host`. A stranger's page whose name was
 * made to resolve to this machine (DNS rebinding) sends the stranger's name, and gets 421 at every address.
 */
export type Site = {
  /** What the service listens on, as given by `--host`: a name or an address. */
  readonly host?: string | undefined;
  /** The origin at which others reach the service, such as `https://ledger.example`: it makes all absolute links. */
  readonly publicUrl?: string | undefined;
  /** Whether a connection from this address is a proxy of ours, whose `X-Forwarded-*` headers are believed. */
  readonly isTrustedProxy?: ((address: string) => boolean) | undefined;
};

/** Names of this machine only, accepted with any port: a tunnel or a container maps it to another one. */
const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Refuses a request for another host with 421, and one whose `Host` is no host with 400, before anything else looks at it. */
export function refuseForeignHosts(site: Site): MiddlewareHandler {
  const own = new Set([
    ...loopbackNames,
    ...(site.host !== undefined && !isWildcard(site.host) ? [nameOf(site.host)] : []),
    ...(site.publicUrl === undefined ? [] : [new URL(site.publicUrl).hostname]),
  ]);
  return async (c, next) => {
    for (const host of askedHosts(c, site)) {
      const name = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
      if (name === undefined)
        throw refusal('bad-request', `expected one host such as localhost:4680, found "${host.slice(0, 200)}"`);
      if (own.has(name) || name === addressOfWildcard(c, site)) continue;
      throw refusal(
        'misdirected',
        `expected localhost, 127.0.0.1, [::1] or the host that --host or --public-url names, found "${host.slice(0, 200)}"`,
      );
    }
    return next();
  };
}

/**
 * The origin of absolute links: the public address, else the one at which the service was reached. It is never taken from `Host`,
 * which the sender chooses.
 */
export function originOf(c: Context, { host, publicUrl }: Site): string {
  if (publicUrl !== undefined) return publicUrl;
  const socket = incomingOf(c)?.socket;
  if (!socket) return 'http://localhost';
  const name = host !== undefined && !isWildcard(host) ? nameOf(host) : nameOf(socket.localAddress ?? 'localhost');
  return new URL(`http://${name}:${socket.localPort}`).origin;
}

/** Whether the browser used TLS, as far as known: by a trusted proxy, else by the public address. */
export function isOverTls(c: Context, site: Site): boolean {
  const scheme = forwarded(c, site, 'X-Forwarded-Proto');
  return scheme === undefined ? site.publicUrl?.startsWith('https:') === true : scheme.toLowerCase() === 'https';
}

/** Whether `Origin`, as a browser sends it, is an origin of this service. */
export function isOwnOrigin(c: Context, site: Site, origin: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { origin: sent, protocol, host } = new URL(origin);
  if (site.publicUrl !== undefined && new URL(site.publicUrl).host === host) return sent === site.publicUrl;
  // Without a trusted proxy the scheme is unknown, so only the host decides.
  const scheme = forwarded(c, site, 'X-Forwarded-Proto');
  if (scheme !== undefined && `${scheme.toLowerCase()}:` !== protocol) return false;
  return askedHosts(c, site).every((asked) => {
    const address = `${protocol}//${asked}`;
    return URL.canParse(address) && new URL(address).host === host;
  });
}

/** Parses `--public-url`: an absolute http or https address without a path. Returns its origin; throws for anything else. */
export function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !/[?#@\\]/.test(text) && url.username === '';
  if (!isPlain)
    throw new Error(
      `expected --public-url to be an http or https address without a path, such as https://ledger.example, found "${text}"`,
    );
  return url.origin;
}

/** Parses `--trusted-proxy`: addresses and ranges of addresses, separated by commas. Throws when one is neither. */
export function parseTrustedProxies(text: string): (address: string) => boolean {
  const list = new BlockList();
  for (const one of text.split(',').map((part) => part.trim())) {
    const [address = '', prefix, ...more] = one.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 'ipv6' ? 128 : 32));
    if (isIP(address) === 0 || !isPrefix || more.length > 0)
      throw new Error(
        `expected --trusted-proxy to be addresses such as 10.0.0.7 or 10.0.0.0/24, separated by commas, found "${one}"`,
      );
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const plain = withoutMapping(address);
    return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
}

/** Whether a host means every address of this machine. */
export function isWildcard(host: string): boolean {
  return ['0.0.0.0', '[::]'].includes(nameOf(host));
}

/**
 * The hosts that a request names: `Host`, its target where that is absolute and, from a trusted proxy, the host it was asked
 * for. All must belong to this service.
 */
function askedHosts(c: Context, site: Site): string[] {
  const said = forwarded(c, site, 'X-Forwarded-Host');
  if (said !== undefined) return said.split(',').map((one) => one.trim());
  const target = /^https?:\/\/([^/?#]*)/.exec(c.req.url)?.[1] ?? '';
  return [...new Set([c.req.header('Host') ?? target, target])];
}

/** A header of a trusted proxy; undefined from any other sender. */
export function forwarded(c: Context, { isTrustedProxy }: Site, name: string): string | undefined {
  const address = isTrustedProxy && incomingOf(c)?.socket.remoteAddress;
  return address !== undefined && isTrustedProxy?.(address) ? c.req.header(name) : undefined;
}

/**
 * The address of the sender of a request: that of the connection or, from a trusted proxy, the last in `X-Forwarded-For` that
 * is no proxy of ours. Undefined without a connection.
 */
export function addressOf(c: Context, site: Site): string | undefined {
  const own = incomingOf(c)?.socket.remoteAddress;
  const said =
    forwarded(c, site, 'X-Forwarded-For')
      ?.split(',')
      .map((one) => withoutMapping(one.trim())) ?? [];
  const sender = said.findLast((one) => isIP(one) !== 0 && !site.isTrustedProxy?.(one));
  return sender ?? (own === undefined ? undefined : withoutMapping(own));
}

/** Where the service listens on every address: the one at which this request came in. */
function addressOfWildcard(c: Context, { host }: Site): string | undefined {
  const address = host !== undefined && isWildcard(host) ? incomingOf(c)?.socket.localAddress : undefined;
  return address === undefined ? undefined : nameOf(address);
}

/** A host as browsers write it: in lower case, IPv6 in brackets. */
function nameOf(host: string): string {
  const plain = withoutMapping(host.replace(/%.*/, ''));
  const written = isIPv6(plain) ? `[${plain}]` : plain;
  return URL.canParse(`http://${written}`) ? new URL(`http://${written}`).hostname : written.toLowerCase();
}

/** An IPv4 address without the prefix of an IPv6 socket: of `::ffff:10.0.0.7`, `10.0.0.7`. */
function withoutMapping(address: string): string {
  return /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
}

function incomingOf(c: Context): IncomingMessage | undefined {
  return ((c.env ?? {}) as { incoming?: IncomingMessage }).incoming;
}
