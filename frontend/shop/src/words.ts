/** The shop's words, in English and Russian by the browser's language. */

const EN = {
  brand: "Quiet Leaf",
  catalog: "Teas",
  about: "About",
  cart: "Cart",
  foot: "A demo shop: nothing is sold, nothing is sent.",
  hello: "Tea for slow mornings",
  helloText: "Six leaves from six gardens, picked by hand and packed the week you order.",
  seeTeas: "See the teas",
  favourites: "Favourites of the season",
  letter: "A letter a month",
  letterText: "What is fresh, and how to brew it.",
  email: "Your e-mail",
  subscribe: "Subscribe",
  subscribed: "Thank you! This is a demo: no letter will come.",
  all: "All",
  green: "Green",
  black: "Black",
  herbal: "Herbal",
  addToCart: "Add to cart",
  added: "Added",
  buyNow: "Buy now",
  brew: "How to brew",
  grams: "100 g",
  cartEmpty: "The cart is empty.",
  total: "Total",
  less: "One less",
  more: "One more",
  checkout: "Buy",
  thanks: "Thank you!",
  thanksText: "Your order is as good as brewed. (It is a demo: nothing was bought.)",
  lost: "No such tea",
  lostText: "This page has gone cold.",
  aboutTitle: "About us",
  aboutFirst:
    "Quiet Leaf began with one kettle and a train ticket to Hangzhou. We still visit each garden every spring, and we still taste every lot before we buy it.",
  aboutSecond:
    "We keep six teas, not sixty: enough to choose from, few enough to know each of them well.",
};

export type Word = keyof typeof EN;

const RU: Record<Word, string> = {
  brand: "Тихий лист",
  catalog: "Чай",
  about: "О нас",
  cart: "Корзина",
  foot: "Это демо-магазин: здесь ничего не продают и не отправляют.",
  hello: "Чай для неспешного утра",
  helloText: "Шесть чаёв из шести садов: собраны вручную, упакованы на неделе заказа.",
  seeTeas: "Смотреть чай",
  favourites: "Любимое в этом сезоне",
  letter: "Одно письмо в месяц",
  letterText: "Что появилось свежего и как это заварить.",
  email: "Ваша почта",
  subscribe: "Подписаться",
  subscribed: "Спасибо! Это демо: писем не будет.",
  all: "Весь",
  green: "Зелёный",
  black: "Чёрный",
  herbal: "Травяной",
  addToCart: "В корзину",
  added: "Добавлено",
  buyNow: "Купить сейчас",
  brew: "Как заваривать",
  grams: "100 г",
  cartEmpty: "В корзине пусто.",
  total: "Итого",
  less: "Убрать один",
  more: "Добавить один",
  checkout: "Купить",
  thanks: "Спасибо!",
  thanksText: "Заказ почти заварен. (Это демо: ничего не куплено.)",
  lost: "Такого чая нет",
  lostText: "Эта страница остыла.",
  aboutTitle: "О нас",
  aboutFirst:
    "«Тихий лист» начался с одного чайника и билета на поезд в Ханчжоу. Мы по-прежнему каждую весну бываем в каждом саду и пробуем каждую партию, прежде чем её купить.",
  aboutSecond: "У нас шесть чаёв, а не шестьдесят: есть из чего выбрать, и каждый мы хорошо знаем.",
};

export const isRussian = navigator.language.toLowerCase().startsWith("ru");

export const word = (key: Word): string => (isRussian ? RU : EN)[key];

/** Format a price, which every tea has in both currencies. */
export function money(price: { eur: number; rub: number }, count = 1): string {
  const [language, currency, amount] = isRussian
    ? ["ru", "RUB", price.rub]
    : ["en", "EUR", price.eur];
  return new Intl.NumberFormat(language as string, {
    style: "currency",
    currency: currency as string,
    maximumFractionDigits: isRussian ? 0 : 2,
  }).format((amount as number) * count);
}
