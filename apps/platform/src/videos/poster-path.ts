/** Where a picture that an owner chose is, on this site. */
export const posterPath = (poster: string): string => `/posters/${poster}.jpg`;
