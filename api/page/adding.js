// The view that adds articles.

export function start() {}

export function show() {}
