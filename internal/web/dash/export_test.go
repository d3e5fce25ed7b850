package dash

// GiftsAtOnce is how many donations a page of the search has.
const GiftsAtOnce = giftsAtOnce
