/** Texts that are secret by their form: a key of this service, a token of an identity provider, the password in an address. */
const secrets = /ledger_[\w-]{20,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g;

/** Removes such secrets from a text, for every log. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(secrets, '[left out]');
}
