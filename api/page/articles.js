// The view of the articles: browse and search.

export function start() {}

export function show() {}
