import { problems } from "./http-problem.ts";

const deepest = 32;
const mostKeys = 1_000;
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);
const nul = "\0";

/**
 * Refuses what no schema should have to look at: a value nested deeper than 32, an object with more than 1,000 keys, keys
 * that reach into prototypes, text that no database takes (NUL, lone surrogates), numbers that lose digits.
 */
export function checkJson(value: unknown): void {
  check(value, []);
}

/** The same for all fields of an object but one. */
export function checkOthers(fields: Record<string, unknown>, own: string): void {
  checkJson({ ...fields, [own]: null });
}

function check(value: unknown, path: (string | number)[]): void {
  if (typeof value === "string") checkText(value, path);
  else if (typeof value === "number") checkNumber(value, path);
  else if (typeof value === "object" && value !== null) checkNested(value, path);
}

function checkNested(value: object, path: (string | number)[]): void {
  if (path.length >= deepest) throw problems.unprocessable("too_complex", `nested deeper than ${deepest}`, fault(path, "nested too deep"));
  if (Array.isArray(value)) for (let index = 0; index < value.length; index += 1) checkChild(value[index], index, path);
  else checkFields(value as Record<string, unknown>, path);
}

function checkFields(fields: Record<string, unknown>, path: (string | number)[]): void {
  const names = Object.keys(fields);
  if (names.length > mostKeys) throw problems.unprocessable("too_complex", `an object with more than ${mostKeys} keys`, fault(path, "too many keys"));
  for (const name of names) {
    if (forbiddenKeys.has(name))
      throw problems.unprocessable("forbidden_key", `the key ${name} is not taken`, fault([...path, name], "forbidden key"));
    checkText(name, path);
    checkChild(fields[name], name, path);
  }
}

function checkChild(value: unknown, name: string | number, path: (string | number)[]): void {
  if (typeof value === "boolean" || value === null) return;
  path.push(name);
  check(value, path);
  path.pop();
}

function checkText(text: string, path: (string | number)[]): void {
  if (!text.includes(nul) && text.isWellFormed()) return;
  throw problems.unprocessable("invalid_text", "text with a NUL or half of a surrogate pair", fault(path, "a NUL or half of a surrogate pair"));
}

function checkNumber(number: number, path: (string | number)[]): void {
  if (Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER) return;
  throw problems.invalidPayload(fault(path, "a number beyond 2^53 - 1 loses digits"));
}

const fault = (path: (string | number)[], message: string) => [{ path: path.join("."), message }];
