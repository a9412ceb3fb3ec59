import { defineView } from './view.ts';

/** The views that every ledger has. A desk adds its own: see src/read/definitions.ts. */

export const allianceCosts = defineView({
  name: 'alliance-costs',
  title: 'Alliance costs',
  topics: ['alliance'],
  sections: ['payments', 'shares', 'counts', 'totals'],
});

export const tradeTerms = defineView({
  name: 'trade-terms',
  title: 'Trade terms',
  topics: ['trade'],
  sections: ['tariffs', 'obligations', 'totals'],
});

export const northKoreaPolicy = defineView({
  name: 'north-korea-policy',
  title: 'North Korea policy',
  topics: ['north-korea'],
  sections: ['positions', 'totals'],
});

export const japanCooperation = defineView({
  name: 'japan-cooperation',
  title: 'Japan cooperation',
  topics: ['japan'],
  sections: ['obligations', 'totals'],
});

/** Every commitment of the ledger, on any topic. */
export const all = defineView({
  name: 'all',
  title: 'Everything',
  sections: ['totals', 'payments', 'tariffs', 'obligations', 'shares', 'counts', 'positions'],
});
