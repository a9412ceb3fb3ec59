/**
 * What stands before a command so that it obeys file permissions: nothing for an ordinary user; root gives up the right to write
 * what is protected. It stays root, so that a clone in a folder of mode 0700 can still be reached: another user could not even
 * run Node there.
 */
export function withoutPrivilege(): string[] {
  return process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override'] : [];
}
