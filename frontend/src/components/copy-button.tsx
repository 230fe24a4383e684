/** Copies a text and says so. */

import { useEffect, useState } from "react";
import { useWords } from "../words/words";
import { Button } from "./button";
import { useToast } from "./toast";

interface CopyButtonProps {
  text: string;
  label?: string;
  kind?: "plain" | "primary";
}

export function CopyButton({ text, label, kind = "plain" }: CopyButtonProps) {
  const { t } = useWords();
  const toast = useToast();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [isCopied]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      toast(t("copied"));
    } catch {
      toast(t("copyFailed"));
    }
  }

  return (
    <Button kind={kind} onClick={copy}>
      {isCopied ? `✓ ${t("copied")}` : (label ?? t("copy"))}
    </Button>
  );
}
