// What the parts of the local WeCom have in common: a request as they read it, an answer, a refusal under status 200.

export type Asked = {
  readonly query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: a request as it came; each handler reads what it knows
  readonly body: any;
};

export type Answer = { readonly errcode: number; readonly errmsg: string; readonly [name: string]: unknown };
export type Handler = (asked: Asked) => Answer;

/** WeCom's words have a hint and the caller's address in them. */
export function refusal(errcode: number, errmsg: string): Answer {
  const from = 'hint: [1732186604], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query';
  return { errcode, errmsg: `${errmsg}, ${from}?e=${errcode}` };
}

export function codeIn(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
