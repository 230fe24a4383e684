/** A short message that disappears by itself, announced to screen readers too. */

import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";

const FOR_MS = 5000;

const Context = createContext<(text: string) => void>(() => {});

/** Return a function that shows a line of text for five seconds. */
export const useToast = () => useContext(Context);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [text, setText] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = useCallback((news: string) => {
    clearTimeout(timer.current);
    setText(news);
    timer.current = setTimeout(() => setText(""), FOR_MS);
  }, []);
  return (
    <Context value={show}>
      {children}
      <div className="toast" role="status" data-shown={text !== "" || undefined}>
        {text}
      </div>
    </Context>
  );
}
