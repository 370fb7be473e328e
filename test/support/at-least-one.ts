/** What a loop of assertions goes over. @throws where there is nothing: the loop would prove nothing */
export function atLeastOne<Value>(all: Iterable<Value>): readonly Value[] {
  const values = [...all];
  if (values.length === 0) throw new Error('expected at least one, got none');
  return values;
}
