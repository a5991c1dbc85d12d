// A finger that stays on something.
import { useRef } from "preact/hooks";

const LONG_MS = 450;
const STILL_PX = 10;

export function useLongPress(run: () => void) {
  const timer = useRef(0);
  const from = useRef([0, 0]);
  const stop = () => clearTimeout(timer.current);
  return {
    onPointerDown: (event: PointerEvent) => {
      stop();
      if (event.pointerType !== "touch") return;
      from.current = [event.clientX, event.clientY];
      timer.current = window.setTimeout(run, LONG_MS);
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      const [x = 0, y = 0] = from.current;
      if (Math.hypot(clientX - x, clientY - y) > STILL_PX) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
  };
}
