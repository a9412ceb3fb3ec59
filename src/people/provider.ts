import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { recorderName } from '../exchange/line.ts';
import { type Role, role, roles } from './roles.ts';

/** An OpenID Connect identity provider, whose tokens are accepted in place of keys: it knows people and their groups. */

/** A person whom the provider knows. The role is undefined where none of the person's groups has one here. */
export type Identified = {
  readonly name: string;
  readonly role: Role | undefined;
  /** When the token expires, in milliseconds since 1970, UTC. */
  readonly until: number;
};

export type Provider = {
  /**
   * The person whom a token names. Undefined for a token that is not for this service, or has expired; throws where the
   * provider cannot be asked.
   */
  readonly personOf: (token: string) => Promise<Identified | undefined>;
};

export type ProviderOptions = {
  /** The provider's own name, an https address (http on loopback); its keys are found from there. */
  readonly issuer: string;
  /** The audience that a token must have: the name of this service at the provider. */
  readonly audience: string;
  /** The claim that is recorded as the recorder. It must never be reused for another person. */
  readonly nameClaim: string;
  /** The claim with the groups: its name, or a path such as `realm_access.roles`. */
  readonly groupsClaim: string;
  readonly roleOfGroup: ReadonlyMap<string, Role>;
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
};

// No algorithm with a shared secret: anyone who can check such a token can make one.
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** How far the provider's clock may differ from ours. */
const toleranceS = 30;
const timeoutMs = 5000;

const discovered = z.looseObject({ issuer: z.string(), jwks_uri: z.url() });

/** Opens a provider. Its keys are fetched for the first token, and again when a token is signed by an unknown one. */
export function openProvider(options: ProviderOptions): Provider {
  const { issuer, audience, nameClaim, clock } = options;
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const keysOf = (): Promise<JWTVerifyGetKey> => {
    keys ??= discover(issuer).catch((error: unknown) => {
      // The next token asks again.
      keys = undefined;
      throw error;
    });
    return keys;
  };
  return {
    async personOf(token) {
      try {
        const { payload } = await jwtVerify(token, await keysOf(), {
          issuer,
          audience,
          algorithms,
          requiredClaims: ['exp', nameClaim],
          clockTolerance: toleranceS,
          currentDate: new Date(clock()),
        });
        return identified(payload, options);
      } catch (error) {
        if (isOfToken(error)) return undefined;
        throw new Error(`the identity provider ${issuer} cannot be asked for its keys`, { cause: error });
      }
    },
  };
}

/** Parses `--oidc-roles`: `GROUP=ROLE`, separated by commas. Throws when one is not. */
export function parseRolesOfGroups(text: string): ReadonlyMap<string, Role> {
  return new Map(
    text.split(',').map((one) => {
      const [, group = '', said] = /^(.+)=(\w+)$/.exec(one.trim()) ?? [];
      const parsed = role.safeParse(said);
      if (!parsed.success)
        throw new Error(
          `expected --oidc-roles to be GROUP=ROLE with one of ${roles.join(', ')}, separated by commas, found "${one}"`,
        );
      return [group, parsed.data];
    }),
  );
}

/** Throws when an issuer's address does not authenticate it: https, or http on loopback. */
export function assertIssuer(issuer: string): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isHere = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (!url || (url.protocol !== 'https:' && !isHere) || url.search !== '' || url.hash !== '')
    throw new Error(`expected --oidc-issuer to be an https address, found "${issuer}"`);
}

/** The address of the provider's keys (OpenID Connect Discovery 1.0, section 4). */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) throw new Error(`${address}: expected its configuration, found HTTP status ${answer.status}`);
  const found = discovered.parse(await answer.json());
  if (found.issuer !== issuer) throw new Error(`${address}: expected the issuer ${issuer}, found ${found.issuer}`);
  assertIssuer(found.jwks_uri);
  return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: timeoutMs });
}

/** Whether the token is at fault, and not a provider that cannot be asked. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}

function identified(payload: JWTPayload, { nameClaim, groupsClaim, roleOfGroup }: ProviderOptions): Identified | undefined {
  const name = recorderName.safeParse(payload[nameClaim]);
  if (!name.success || name.data !== name.data.trim() || name.data.toLowerCase() === 'anonymous') return undefined;
  const claim = claimAt(payload, groupsClaim);
  const groups = (Array.isArray(claim) ? claim : [claim]).filter((one) => typeof one === 'string');
  const has = new Set(groups.map((group) => roleOfGroup.get(group)));
  return { name: name.data, role: roles.findLast((one) => has.has(one)), until: (payload.exp ?? 0) * 1000 };
}

/** The claim of this name, which may contain dots; else the value at the path. */
function claimAt(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let found: unknown = payload;
  for (const step of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}
