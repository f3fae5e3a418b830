import { useSyncExternalStore } from 'react';

/** A value that code outside of React may change and components follow. */
export type Cell<T> = {
  get(): T;
  set(value: T): void;
  use(): T;
  follow(listener: () => void): () => void;
};

export function cell<T>(value: T, onSet?: (value: T) => void): Cell<T> {
  const listeners = new Set<() => void>();
  const get = () => value;
  const follow = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get,
    set(next) {
      value = next;
      onSet?.(next);
      listeners.forEach(listener => listener());
    },
    use: () => useSyncExternalStore(follow, get),
    follow,
  };
}
