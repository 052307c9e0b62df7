/** Where a server is that nobody gave an address for. */
export const defaultServer = 'http://localhost:5000';
