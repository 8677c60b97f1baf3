/** Somebody with a cookie jar and no browser. */
export interface Visitor {
  get(path: string): Promise<Response>;
  /** As a browser asks for a page. */
  page(path: string): Promise<Response>;
  change(method: string, path: string, body?: string, type?: string): Promise<Response>;
  /** Posts the sign-in form. */
  post(name: string, secret: string, next?: string): Promise<Response>;
  /** Posts the form and keeps the cookies. Throws if that is refused. */
  signIn(name: string, secret: string): Promise<Visitor>;
  cookies(): string;
  /** The same with other cookies. */
  with(cookies: string): Visitor;
  /** The same with another Origin, or none. */
  from(origin: string | null): Visitor;
}

const form = "application/x-www-form-urlencoded";

/** A visitor of the board at `url`, whose requests come from the board's own pages unless said otherwise. */
export function createVisitor(url: string, jar = new Map<string, string>(), origin: string | null = url): Visitor {
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const send = async (path: string, init: RequestInit, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, { ...init, redirect: "manual", headers: { ...headers, cookie: cookies() } });
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie.split(";", 1)[0] ?? "");
    return response;
  };
  const visitor: Visitor = {
    get: (path) => send(path, {}),
    page: (path) => send(path, {}, { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" }),
    change: (method, path, body, type = form) =>
      send(path, { method, ...(body === undefined ? {} : { body }) }, { "content-type": type, ...(origin === null ? {} : { origin }) }),
    post: (name, secret, next = "/") => visitor.change("POST", "/sign-in", new URLSearchParams({ name, secret, next }).toString()),
    async signIn(name, secret) {
      const { status } = await visitor.post(name, secret);
      if (status !== 303) throw new Error(`signing in as ${name} was answered with ${status}`);
      return visitor;
    },
    cookies,
    with(text) {
      const others = new Map<string, string>();
      for (const cookie of text.split("; ")) keep(others, cookie);
      return createVisitor(url, others, origin);
    },
    from: (other) => createVisitor(url, jar, other),
  };
  return visitor;
}

function keep(jar: Map<string, string>, cookie: string): void {
  const end = cookie.indexOf("=");
  jar.set(cookie.slice(0, end), cookie.slice(end + 1));
}
