/** What goes wrong, in one shape: a problem that Parley has told, or that nothing was heard at all. */

export type Problem = {
  /** Such as `/problems/chat-not-found`; `about:blank` when the status says all. */
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  errors?: { pointer: string; detail: string }[];
};

export class ParleyError extends Error {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly type: string;
  readonly problem: Problem;
  /** For how long to wait before another try, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, { retryAfterMs, cause }: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(problem.detail, { cause });
    this.name = "ParleyError";
    this.status = problem.status;
    this.type = problem.type;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether it is not known what became of it, or is only now not possible: the same again may succeed. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function noAnswer(detail: string, cause?: unknown): ParleyError {
  return new ParleyError({ type: "about:blank", title: "No answer", status: 0, detail }, { cause });
}
