import { useEffect, useState } from "preact/hooks";
import { reduce } from "./reduce";
import type { Action, State } from "./state";

const HIDDEN_MS = 500;

export interface Store {
  readonly state: State;
  dispatch(action: Action): void;
  /** Called after every change; returns the way out. */
  subscribe(fn: () => void): () => void;
}

export function createStore(initial: State): Store {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get state() {
      return state;
    },
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
  };
}

/** The state, at most once a frame however much happens.  A hidden page has
 * no frames; it looks now and then. */
export function useStore(store: Store): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    let frame = 0;
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      frame = 0;
      setState(store.state);
    };
    const unsubscribe = store.subscribe(() => {
      if (frame) return;
      frame = requestAnimationFrame(look);
      timer = setTimeout(look, HIDDEN_MS);
    });
    look();
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [store]);
  return state;
}
