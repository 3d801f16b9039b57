// Texts in the reader's language: English is part of the script, others are fetched.
const languages = LANGUAGES;
let words = ENGLISH;
let language = "en";

async function readWords() {
  const within = script.closest("[lang]");
  const wanted = (data.lang || (within && within.lang) || navigator.language || "en").toLowerCase();
  const known = [wanted, wanted.split("-")[0]].find((code) => languages.includes(code));
  const address = data.words ? new URL(data.words, document.baseURI) : known && known !== "en" && `${service}embed/words/${known}.json`;
  if (!address) return;
  try {
    const answer = await fetch(address);
    if (!answer.ok) return;
    words = { ...words, ...(await answer.json()) };
    language = data.words ? wanted : known;
  } catch { /* English is better than nothing. */ }
}

const say = (name, values = {}) =>
  String(words[name]).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

// A name in another script must not turn the sentence around it.
const isolated = (name) => `\u2068${name}\u2069`;

const number = (n) => new Intl.NumberFormat(language).format(n);

const counted = (n) => {
  const forms = words.comments;
  const form = forms[new Intl.PluralRules(language).select(n)] || forms.other;
  return form.replace("{n}", number(n));
};

const moment = (iso) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

const reasonsOf = (codes) => {
  const texts = codes.map((code) => words.reasons[code.code || code] || (language === "en" && code.text) || words.reasons.other);
  return [...new Set(texts)];
};
