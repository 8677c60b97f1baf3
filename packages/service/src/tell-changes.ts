/**
 * Tells a state when it has changed: at once, but at most once in `everyMs`, after which what it has come to is told. What
 * came and went in between is left out.
 */
export function tellChanges<State>(tell: (state: State) => void, everyMs = 1_000): (state: State) => void {
  let [told, present]: (State | undefined)[] = [];
  let resting = false;
  const look = () => {
    resting = present !== undefined && present !== told;
    if (!resting) return;
    told = present;
    tell(present as State);
    setTimeout(look, everyMs).unref();
  };
  return (state) => {
    present = state;
    if (!resting) look();
  };
}
