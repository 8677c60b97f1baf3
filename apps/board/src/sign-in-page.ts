const style = `
  :root { color-scheme: light dark; --accent: #2563eb; --line: #8885; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
  main { width: min(22rem, 90vw); }
  h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
  p { margin: 0 0 1.5rem; opacity: .75; }
  form { display: grid; gap: 1rem; padding: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; }
  label { display: grid; gap: .25rem; font-size: .9rem; font-weight: 600; }
  input { font: inherit; padding: .55rem .7rem; border: 1px solid var(--line); border-radius: .5rem; background: Field; color: FieldText; }
  button { font: inherit; font-weight: 600; padding: .6rem; border: 0; border-radius: .5rem; background: var(--accent); color: #fff; cursor: pointer; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  [role=alert] { margin: 0; padding: .6rem .75rem; border-radius: .5rem; background: #dc262622; color: inherit; opacity: 1; }
`;

/** The sign-in page; `message` says why the last try was refused. */
export const signInPage = (message?: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in · Caretaker</title><style>${style}</style></head>
<body><main>
<h1>Caretaker</h1><p>Queues, jobs and schedules</p>
<form method="post" action="/sign-in">
${message ? `<p role="alert">${message}</p>` : ""}
<label>Name <input name="name" autocomplete="username" required autofocus></label>
<label>Secret <input name="secret" type="password" autocomplete="current-password" required></label>
<button type="submit">Sign in</button>
</form>
</main></body></html>
`;
