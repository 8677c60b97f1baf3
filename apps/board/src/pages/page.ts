import { escapeHtml } from "./escape-html.ts";

/** Bull Board's colours, light and dark. */
const style = `
  :root { color-scheme: light dark; --back: #f3f5f7; --front: #20262c; --card: #fff; --muted: #5f6b76; --line: #d4dbe2;
    --primary: #0f6f64; --on-primary: #f0faf8; --bad: #b3261e; --on-bad: #fdf1f0; }
  @media (prefers-color-scheme: dark) { :root { --back: #151a21; --front: #d5dce4; --card: #1c232d; --muted: #97a2b0; --line: #3a4656;
    --primary: #3ecfb2; --on-primary: #0c1f1b; --bad: #f0938d; --on-bad: #2c1a1c; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--back); color: var(--front);
    font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
  main { width: min(23rem, 100%); padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .625rem;
    box-shadow: 0 10px 24px -6px #00000029; }
  header { display: flex; align-items: center; gap: .6rem; margin-bottom: 1.5rem; color: var(--muted); font-weight: 600; letter-spacing: .01em; }
  header span { width: .75rem; height: .75rem; border-radius: 50%; background: var(--primary); }
  h1 { margin: 0 0 .25rem; font-size: 1.375rem; line-height: 1.3; }
  p { margin: 0; color: var(--muted); }
  form, .actions { display: grid; gap: 1rem; margin-top: 1.5rem; }
  label { display: grid; gap: .375rem; font-size: .875rem; font-weight: 600; }
  input { width: 100%; padding: .625rem .75rem; font: inherit; font-size: 1rem; font-weight: 400; color: inherit;
    background: var(--back); border: 1px solid var(--line); border-radius: .375rem; }
  button { padding: .7rem; font: inherit; font-weight: 600; color: var(--on-primary); background: var(--primary); border: 0; border-radius: .375rem;
    cursor: pointer; }
  button:hover { filter: brightness(1.08); }
  a { color: var(--primary); }
  :focus-visible { outline: 2px solid var(--primary); outline-offset: 2px; }
  [role=alert] { padding: .625rem .75rem; border-radius: .375rem; border: 1px solid currentColor; color: var(--bad); background: var(--on-bad);
    font-size: .9375rem; }
`;

/** A small page of the board's own; `content` is HTML. */
export const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Caretaker</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<header><span></span>Caretaker</header>
${content}
</main>
</body>
</html>
`;
