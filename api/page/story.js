// The story that an answer is about: when it was told, and by how many.

/** Draw it under an answer. */
export function showStory() {}
