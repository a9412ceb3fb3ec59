import type { Session } from '../../people/sessions.ts';
import { asTyped, type Html, html } from '../page/html.ts';
import type { Form } from '../record/values.ts';
import { plain } from '../record/controls.ts';
import { page, type Page } from '../page/shell.ts';

/** The page to sign in with a key, and out again. */

export type SignInPage = {
  readonly frame: Page['frame'];
  /** The address of this service to continue at. */
  readonly to: string;
  /** Why this page is shown instead of the one asked for. */
  readonly why?: string | undefined;
  /** The form that was sent without being signed in, so that no word of it is lost. */
  readonly typed?: Form | undefined;
  /** Whether the reader came by a link on another site, for which a browser sends no cookie of ours. */
  readonly isFromElsewhere?: boolean;
};

export function signInPage({ frame, to, why, typed, isFromElsewhere = false }: SignInPage): Html {
  const body = html`${why !== undefined && html`<p class="bad" role="alert"><b>${why}</b></p>`}${
    typed
      ? html`<p>You are not signed in any longer, so nothing was recorded. Your form is not lost: <a href="/sign-in" target="_blank">sign in in another tab</a>, then come back here and go on.</p>
<form method="post" action="/record#problems">${[...typed].map(
          ([name, value]) => html`<input type="hidden" name="${plain(name)}" value="${asTyped(plain(value))}">`,
        )}<p><button>Go on with the form</button></p></form>`
      : html`<form method="post" action="/sign-in" class="signin"><input type="hidden" name="to" value="${asTyped(to)}"><div class="fld wide"><label for="key">Your key</label><input id="key" name="key" type="password" class="wide" required autocomplete="current-password" spellcheck="false" aria-describedby="key-h"><span class="hint" id="key-h">It begins with <code>ledger_</code>. Whoever runs this ledger gives you one. It is sent once; from then on a cookie stands for it.</span></div><p><button>Sign in</button></p></form>`
  }${isFromElsewhere && html`<p>You came by a link elsewhere. If you are signed in, <a href="${to}">go on</a>.</p>`}`;
  return page({
    title: 'Sign in',
    lede: 'What you record is recorded under your name.',
    path: '/sign-in',
    frame,
    body,
    alternates: [],
    hasSearch: false,
  });
}

export function signedInPage(frame: Page['frame'], { person, formToken }: Session): Html {
  const may = person.role === 'read' ? 'You may read.' : 'You may read and record.';
  const body = html`<p>${may} This session ends after two hours without use, twelve hours after it began, or with your key.</p>
<form method="post" action="/sign-out"><input type="hidden" name="session" value="${formToken}"><p><button>Sign out</button></p></form>`;
  return page({ title: 'Signed in', heading: `Signed in as ${person.name}`, path: '/sign-in', frame, body, alternates: [] });
}

/** Where there are no keys, nobody signs in. */
export function noKeysPage(frame: Page['frame'], recordedBy: string): Html {
  const body = html`<p>This service has no keys. Whoever uses it on its own machine may read and record; what is recorded says it was recorded by <b>${recordedBy}</b>. Whoever runs it gives people keys with <code>ledger keys add</code>.</p>`;
  return page({ title: 'Nobody signs in here', path: '/sign-in', frame, body, alternates: [] });
}
