/** What is secret by its form: a key of this service, a token of an identity provider, the password of an address. */
const secrets = /ledger_[\w-]{20,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g;

/** A text without the secrets that it may quote: for every log, whatever was sent or failed. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(secrets, '[left out]');
}
