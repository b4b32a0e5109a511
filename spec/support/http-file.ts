/** Reads `.http` files as VS Code's REST Client does, with the WEBSOCKET requests of httpyac. */

export type HttpFileRequest = {
  title: string;
  name: string | undefined;
  /** Of `# @expect`: the status and headers that have to be there, or the types of frames. */
  expect: string;
  sleepMs: number;
  method: string;
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
};
export type HttpFile = { variables: Record<string, string>; requests: HttpFileRequest[] };

export function parseHttpFile(text: string): HttpFile {
  const file: HttpFile = { variables: {}, requests: [] };
  for (const block of text.split(/^###/m)) {
    const [title = "", ...lines] = block.split("\n");
    const about: Record<string, string> = {};
    const first = lines.findIndex((line) => line.trim() !== "" && !/^[#@]/.test(line));
    for (const line of first < 0 ? lines : lines.slice(0, first)) {
      const [, mark, name = "", value = ""] = /^(#? ?@)(\w+)\s*=?\s*(.*)$/.exec(line) ?? [];
      if (mark === "@") file.variables[name] = value;
      else if (mark !== undefined) about[name] = value;
    }
    if (first >= 0) file.requests.push(parseRequest(title.trim(), about, lines.slice(first)));
  }
  return file;
}

/** The request's line, headers, an empty line, and the body. */
function parseRequest(
  title: string,
  about: Record<string, string>,
  lines: readonly string[],
): HttpFileRequest {
  const { name, expect = "", sleep = 0 } = about;
  const [[first = ""], empty] = [lines, lines.findIndex((line) => line.trim() === "")];
  const [method = "", target = ""] = first.split(/\s+/);
  const headers = lines
    .slice(1, empty)
    .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const);
  const body = lines.slice(empty).join("\n").trim();
  return { title, name, expect, sleepMs: Number(sleep), method, target, headers, body };
}
