import type { Problem } from "@caretaker/contracts";
import { RequestRefused } from "./request-refused.ts";

/** The error that an answer stands for; something between us and the API may have answered in other words. */
export async function refusalOf(answer: Response): Promise<RequestRefused> {
  const text = await answer.text().catch(() => "");
  try {
    const problem: Problem = JSON.parse(text);
    if (typeof problem.code === "string") return new RequestRefused(problem, answer.headers);
  } catch {}
  const problem = { type: "about:blank", title: answer.statusText || "Error", status: answer.status, code: "no_problem_document" };
  return new RequestRefused({ ...problem, detail: text.slice(0, 200) }, answer.headers);
}
