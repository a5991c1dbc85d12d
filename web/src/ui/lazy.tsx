// Views whose code comes when they are wanted; the service worker keeps it.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** `lost` is told when the code cannot be had. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  lost: (props: P) => void,
): ComponentType<P> {
  const loaded = signal<{ View: ComponentType<P> } | null>(null);
  return function Lazy(props: P) {
    useLayoutEffect(() => {
      if (loaded.peek()) return;
      load().then(
        (View) => (loaded.value = { View }),
        () => lost(props),
      );
    }, []);
    const View = loaded.value?.View;
    return View ? <View {...props} /> : null;
  };
}
