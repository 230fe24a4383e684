/** The six teas on the shelf. */

import { isRussian } from "./words";

export type Kind = "green" | "black" | "herbal";

export interface Tea {
  slug: string;
  kind: Kind;
  name: string;
  origin: string;
  note: string;
  brewing: string;
  price: { eur: number; rub: number };
}

interface Described {
  name: string;
  origin: string;
  note: string;
  brewing: string;
}

function tea(
  slug: string,
  kind: Kind,
  eur: number,
  rub: number,
  en: Described,
  ru: Described,
): Tea {
  return { slug, kind, price: { eur, rub }, ...(isRussian ? ru : en) };
}

export const TEAS: Tea[] = [
  tea(
    "long-jing",
    "green",
    14.5,
    1450,
    {
      name: "Long Jing",
      origin: "Hangzhou, China",
      note: "Chestnut, fresh peas and a long, sweet calm.",
      brewing: "3 g to 150 ml at 80 °C; half a minute, then a little longer each time.",
    },
    {
      name: "Лун Цзин",
      origin: "Ханчжоу, Китай",
      note: "Каштан, молодой горошек и долгое сладкое послевкусие.",
      brewing: "3 г на 150 мл при 80 °C; полминуты, затем каждый раз чуть дольше.",
    },
  ),
  tea(
    "sencha",
    "green",
    11,
    1100,
    {
      name: "Sencha Asatsuyu",
      origin: "Kagoshima, Japan",
      note: "Morning dew: spinach, sea breeze, a spoon of honey.",
      brewing: "5 g to 200 ml at 70 °C; one minute.",
    },
    {
      name: "Сенча Асацую",
      origin: "Кагосима, Япония",
      note: "Утренняя роса: шпинат, морской бриз и ложка мёда.",
      brewing: "5 г на 200 мл при 70 °C; одна минута.",
    },
  ),
  tea(
    "darjeeling",
    "black",
    13,
    1300,
    {
      name: "Darjeeling First Flush",
      origin: "West Bengal, India",
      note: "Muscat grape and wild flowers, light as a spring jacket.",
      brewing: "3 g to 250 ml at 90 °C; three minutes.",
    },
    {
      name: "Дарджилинг первого сбора",
      origin: "Западная Бенгалия, Индия",
      note: "Мускат и полевые цветы, лёгкий, как весенняя куртка.",
      brewing: "3 г на 250 мл при 90 °C; три минуты.",
    },
  ),
  tea(
    "lapsang",
    "black",
    12,
    1200,
    {
      name: "Lapsang Souchong",
      origin: "Wuyi, China",
      note: "Pine smoke, dried plum and a good book.",
      brewing: "4 g to 250 ml at 95 °C; two minutes.",
    },
    {
      name: "Лапсанг Сушонг",
      origin: "Уи, Китай",
      note: "Сосновый дым, чернослив и хорошая книга.",
      brewing: "4 г на 250 мл при 95 °C; две минуты.",
    },
  ),
  tea(
    "ivan-chai",
    "herbal",
    8,
    800,
    {
      name: "Ivan-chai",
      origin: "Vologda, Russia",
      note: "Fermented fireweed: baked apple, bread crust, meadow.",
      brewing: "A spoon to 300 ml of boiling water; seven minutes.",
    },
    {
      name: "Иван-чай",
      origin: "Вологда, Россия",
      note: "Ферментированный кипрей: печёное яблоко, корочка хлеба, луг.",
      brewing: "Ложка на 300 мл кипятка; семь минут.",
    },
  ),
  tea(
    "rooibos",
    "herbal",
    7.5,
    750,
    {
      name: "Rooibos",
      origin: "Cederberg, South Africa",
      note: "Vanilla, warm wood and an evening without hurry.",
      brewing: "A spoon to 250 ml of boiling water; five minutes.",
    },
    {
      name: "Ройбуш",
      origin: "Седерберг, ЮАР",
      note: "Ваниль, тёплое дерево и вечер без спешки.",
      brewing: "Ложка на 250 мл кипятка; пять минут.",
    },
  ),
];

export const teaOf = (slug: string): Tea | undefined => TEAS.find((tea) => tea.slug === slug);
