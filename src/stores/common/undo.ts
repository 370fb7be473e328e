/** Ends what it was returned for. Called again, it does nothing. */
export type Undo = () => void;

export function undoAll(...undos: readonly Undo[]): Undo {
  return () => {
    for (const undo of undos) undo();
  };
}

/** Opens something for whoever uses it first, and closes it once nobody does any more. Each use ends with its undo. */
export function whileUsed(open: () => Undo): () => Undo {
  const uses = new Set<Undo>();
  let close: Undo = () => {};
  return () => {
    if (uses.size === 0) close = open();
    const end = (): void => {
      if (uses.delete(end) && uses.size === 0) close();
    };
    uses.add(end);
    return end;
  };
}
