import type { BoardUser } from "../board-user.ts";
import { escapeHtml } from "./escape-html.ts";
import { page } from "./page.ts";

/** Says who is signed in, and offers to end that. */
export const signOutPage = ({ name, role }: BoardUser): string =>
  page(
    "Sign out",
    `<h1>Sign out</h1>
<p>You are signed in as ${escapeHtml(name)}, ${role}.</p>
<form method="post" action="/sign-out">
<button>Sign out</button>
<a href="/">Back to the queues</a>
</form>`,
  );
