/** Credits what asks for it. */

import { useWords } from "../words/words";

export function Credits() {
  const { t } = useWords();
  return (
    <footer>
      <a href="https://db-ip.com" rel="noopener">
        {t("credit")}
      </a>
      <span>CC BY 4.0</span>
    </footer>
  );
}
