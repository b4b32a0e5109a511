/** The first of a list that may be long. */
export async function take<T>(list: AsyncIterable<T>, most: number): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) {
    if (found.push(one) === most) break;
  }
  return found;
}
