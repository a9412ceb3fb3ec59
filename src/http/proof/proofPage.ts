import type { Proofs } from '../../proof/proofs.ts';
import { type Html, html } from '../page/html.ts';
import type { Frame } from '../page/shell.ts';
import { page } from '../page/shell.ts';

/** The page about proofs: the key by which the ledger is verified, the newest checkpoint, and how to keep it. */
export async function proofPage(proofs: Proofs, frame: Frame): Promise<Html> {
  const key = proofs.key();
  const checkpoint = await proofs.checkpoint();
  const body = html`<h2 id="key">The key</h2>
${key === undefined ? html`<p>Nothing is signed here: this instance only reads.</p>` : html`<pre tabindex="0"><code>${key}</code></pre><p class="meta">Compare it with the one that the ledger has published elsewhere. <a href="/proof/key">As a file</a></p>`}
<h2 id="checkpoint">The newest checkpoint</h2>
${'refused' in checkpoint ? html`<p>${checkpoint.detail}.</p>` : html`<pre tabindex="0"><code>${checkpoint.note}</code></pre><p class="meta">The name of the ledger, how many events it has, the root of the tree over them, and the signature. <a href="/proof/checkpoint?size=${String(checkpoint.size)}">As a file</a></p>`}
<h2 id="keep">How to keep one</h2><p>Save both where nobody who runs this ledger can write. Later, with an export or with this service:</p>
<pre tabindex="0"><code>ledger verify ledger.ndjson kept.checkpoint --key ledger.key
ledger verify kept.checkpoint --key ledger.key --server https://this-service.example</code></pre>
<p>A machine of somebody else can do it every hour, and sign what it has seen. This service does not know who does so: whoever is a witness publishes what he has signed himself.</p>
<pre tabindex="0"><code>ledger witness https://this-service.example --state seen --cosign your.example</code></pre>
<h2 id="limits">What it proves</h2><p>That the first events of the ledger are those that were there when your checkpoint was signed, each of them and in the same order. Not that what they say is true, nor that nothing else was said, and nothing about what came after your checkpoint.</p>`;
  const lede = html`Nobody has to believe that nothing here was edited. Whoever keeps a checkpoint can check it, without us, our software or our server: the formats are public (RFC 6962, C2SP).`;
  return page({ title: 'Proof that nothing was edited', lede, path: '/proof', frame, body, alternates: [] });
}

/** For the page of an event: where its proof is, under the checkpoint of the cut, and what it proves. */
export function proveIt(event: string, size: number): Html {
  const at = `?size=${String(size)}`;
  return html`<h2 id="prove">Prove it</h2><p><a href="/proof/events/${event}${at}" download="${event}.json">The proof</a> that this was recorded so, and not edited since <a href="/proof/checkpoint${at}">the checkpoint of ${String(size)} events</a> was signed. With <a href="/proof">the key of the ledger</a> anyone can check it, without us:</p>
<pre tabindex="0"><code>ledger verify ${event}.json --key ledger.key</code></pre><p class="meta">It proves that this event is in the ledger that was signed. It does not prove that what it says is true.</p>`;
}
