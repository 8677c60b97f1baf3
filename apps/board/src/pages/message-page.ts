import { escapeHtml } from "./escape-html.ts";
import { page } from "./page.ts";

/** Says what went wrong. */
export const messagePage = (title: string, message: string): string =>
  page(
    title,
    `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(message)}</p>
<p class="actions"><a href="">Try again</a></p>`,
  );
