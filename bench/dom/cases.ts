/**
 * Changes of a page, each with the element that a person would name. Even ones are of the half that the rules were made
 * with, odd ones of the other half; nothing was changed after looking at that one.
 */

export interface NamedChange {
  id: string;
  /** Turns the page before into the one after. */
  change: (html: string) => string;
  /** The selectors that name the right element. */
  right: readonly string[];
  /** Other elements move; without the alignment of the image engine, they count as changes here, and have no name. */
  moves?: true;
}

const links = ['Home', 'Sale', 'Journal', 'About'];
const cards = ['Oak chair', 'Pine desk', 'Elm bench', 'Ash stool'];

export const page = `<!doctype html><meta charset="utf-8"><title>Shop</title><style>
body { margin: 0; font: 16px/1.5 sans-serif; color: #16191d; background: #ffffff }
header { display: flex; gap: 24px; padding: 16px 24px; background: #eef1f6 }
nav a { margin-right: 16px; color: #2b57d6 }
main { padding: 24px; max-width: 900px }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px }
.card { border: 1px solid #dadde1; padding: 12px } .card .price { font-weight: 700 }
.badge { display: inline-block; background: #ffd400; padding: 2px 6px }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid #dadde1; padding: 6px; text-align: left }
.note { background: #fff7e0; padding: 8px } button.buy { background: #1a7f37; color: #ffffff; border: 0; padding: 8px 16px }
footer { margin-top: 40px; padding: 24px; background: #16191d; color: #dadde1 }
</style>
<header><strong class="logo">Timber</strong><nav>${links.map((label) => `<a href="#">${label}</a>`).join('')}</nav></header>
<main id="content"><h1>Furniture</h1><p class="lead">Made of wood from forests nearby, by people who live there.</p>
<section class="cards">${cards.map((name, at) => `<article class="card"><h3>${name}</h3><p class="price">€ ${at * 40 + 80}</p><span class="badge">new</span></article>`).join('')}</section>
<section class="text"><h2>How we work</h2><p>Every piece is made to order and takes about six weeks from the first call until it stands in your room.</p><p>We deliver with a van of our own.</p><p class="note">Closed in August.</p></section>
<table><thead><tr><th>Wood</th><th>Days</th></tr></thead><tbody><tr><td>Oak</td><td>42</td></tr><tr><td>Pine</td><td>30</td></tr><tr><td>Elm</td><td>35</td></tr></tbody></table>
<form><label>Mail <input name="mail" placeholder="you@example.com"></label><button class="buy">Order</button></form>
<ul class="links"><li>Care</li><li>Returns</li><li>Warranty</li></ul></main>
<footer><p>Timber, Main Street 1</p><p class="small">All rights reserved</p></footer>`;

const swap = (from: string, to: string) => (html: string) => {
  if (!html.includes(from)) throw new Error(`The page has no "${from}".`);
  return html.replace(from, to);
};
const css = (rule: string) => swap('</style>', `${rule}</style>`);

export const namedChanges: readonly NamedChange[] = [
  { id: 'a word in the navigation', change: swap('>Sale<', '>Outlet<'), right: ['header > nav > a'] },
  { id: 'a heading', change: swap('Furniture', 'Tables & chairs'), right: ['main#content > h1'] },
  { id: 'a price', change: swap('€ 120', '€ 99'), right: ['section.cards > article.card > p.price'] },
  {
    id: 'a badge of another color',
    change: css('.card:nth-child(2) .badge { background: #ff5f5f }'),
    right: ['section.cards > article.card > span.badge'],
  },
  {
    id: 'a word in a long paragraph',
    change: swap('six weeks', 'nine days'),
    right: ['main#content > section.text > p'],
  },
  {
    id: 'a button of another color',
    change: css('button.buy { background: #0b5394 }'),
    right: ['main#content > form > button.buy'],
  },
  { id: 'a background of the header', change: css('header { background: #d8e2f3 }'), right: ['header'] },
  {
    id: 'the color of the links',
    change: css('nav a { color: #b3261e }'),
    right: ['header > nav > a', 'header > nav'],
  },
  {
    id: 'a paragraph inserted',
    change: swap('<p>We deliver', '<p class="new">Now with a showroom.</p><p>We deliver'),
    right: ['main#content > section.text > p.new'],
  },
  {
    id: 'a banner inserted',
    change: swap('<main', '<div class="banner">Free delivery this week</div><main'),
    right: ['div.banner'],
  },
  {
    id: 'a paragraph removed',
    change: swap('<p class="note">Closed in August.</p>', ''),
    right: ['main#content > section.text > p.note'],
  },
  {
    id: 'a table row inserted',
    change: swap('<tr><td>Pine', '<tr><td>Ash</td><td>28</td></tr><tr><td>Pine'),
    right: ['main#content > table > tbody > tr', 'table > tbody > tr'],
  },
  {
    id: 'a list item inserted',
    change: swap('<li>Returns', '<li>Delivery</li><li>Returns'),
    right: ['main#content > ul.links > li'],
  },
  {
    id: 'a card removed',
    change: swap(/<article.*?<\/article>/s.exec(page)![0], ''),
    moves: true,
    right: ['main#content > section.cards > article.card', 'section.cards > article.card'],
  },
  { id: 'a table cell', change: swap('<td>35</td>', '<td>36</td>'), right: ['tbody > tr > td'] },
  { id: 'a font weight', change: css('.lead { font-weight: 700 }'), right: ['main#content > p.lead'] },
  { id: 'a font size', change: css('h1 { font-size: 40px }'), right: ['main#content > h1'] },
  {
    id: 'a dark theme',
    change: css('body { background: #16191d; color: #ffffff }'),
    right: ['body', 'html > body'],
  },
  {
    id: 'a shadow',
    change: css('.card:first-child { box-shadow: 0 2px 8px rgba(0,0,0,.5) }'),
    right: ['section.cards > article.card', 'main#content > section.cards > article.card'],
  },
  { id: 'an element hidden', change: css('.logo { visibility: hidden }'), right: ['header > strong.logo'] },
  { id: 'an element faded', change: css('.small { opacity: 0.3 }'), right: ['footer > p.small'] },
  {
    id: 'a letter spacing',
    change: css('footer p:first-child { letter-spacing: 2px }'),
    right: ['footer > p'],
  },
  {
    id: 'a border color',
    change: css('.card:nth-child(3) { border-color: #ff0000 }'),
    right: ['main#content > section.cards > article.card'],
  },
  {
    id: 'more padding',
    change: css('.note { padding-top: 40px }'),
    right: ['main#content > section.text > p.note'],
  },
  { id: 'a label', change: swap('Mail <', 'E-mail address <'), right: ['main#content > form > label'] },
  {
    id: 'a word behind a picture',
    change: swap('<strong class="logo">Timber', '<strong class="logo">Lumber'),
    right: ['header > strong.logo'],
  },
  {
    id: 'the footer in another color',
    change: css('footer { color: #8ab4f8 }'),
    right: ['footer', 'footer > p'],
  },
  {
    id: 'the text of the footer',
    change: swap('All rights reserved', 'Some rights reserved'),
    right: ['footer > p.small'],
  },
];
