import { escapeHtml } from "./escape-html.ts";
import { page } from "./page.ts";

export interface SignInForm {
  /** Where signing in leads. */
  next: string;
  /** The name of the last attempt. */
  name?: string;
  /** Why the last attempt was refused. */
  message?: string;
}

/** The form to sign in with. */
export const signInPage = ({ next, name = "", message }: SignInForm): string =>
  page(
    "Sign in",
    `<h1>Sign in</h1>
<p>Queues, jobs and schedules</p>
<form method="post" action="/sign-in">
${message ? `<p role="alert">${escapeHtml(message)}</p>` : ""}
<label>Name <input name="name" value="${escapeHtml(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${name ? "" : " autofocus"}></label>
<label>Secret <input name="secret" type="password" autocomplete="current-password" required${name ? " autofocus" : ""}></label>
<input type="hidden" name="next" value="${escapeHtml(next)}">
<button>Sign in</button>
</form>`,
  );
